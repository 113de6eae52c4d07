"""Signed files that are not acceptable: each fault is told in words of its own."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import NameOID
from lxml import etree

from bridge.credentials.environment import Environment
from bridge.signed_documents.codes import SignedDocumentCode as Code
from bridge.simulator import clock
from tests.signed_documents.inspecting import CHALLENGE, HandedOut
from tests.simulator import signed_requests as signing
from tests.simulator import tampering
from tests.simulator.login_certificates import (
    KSEF_ISSUER,
    Credential,
    certificate_for,
    new_nip,
    person,
    seal,
    seal_of,
)
from tests.simulator.signed_requests import (
    DS,
    ENVELOPED,
    XADES,
    Recipe,
    enveloped,
    enveloping,
    request_xml,
    sign_again,
    written,
)
from tests.simulator.tampering import find

ANOTHER = "20261129-CR-2DFC46C001-3AC6D5877F-00"


def cms(folder: Path, document: str, credential: Credential, form: str) -> bytes:
    """A CAdES-like signature around the document, by openssl."""
    key, certificate, content = (folder / name for name in ("k.pem", "c.pem", "d.xml"))
    key.write_text(credential.key_pem)
    certificate.write_text(credential.certificate_pem)
    content.write_text(document)
    return subprocess.run(
        [
            *("openssl", "cms", "-sign", "-nodetach", "-binary", "-in", str(content)),
            *("-signer", str(certificate), "-inkey", str(key), "-outform", form),
        ],
        capture_output=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("form", ["DER", "PEM", "base64"])
def test_a_cades_signature_is_refused(tmp_path: Path, form: str) -> None:
    handed_out = HandedOut()
    made = cms(tmp_path, handed_out.document, handed_out.owner, form.replace("base64", "DER"))
    content = base64.encodebytes(made) if form == "base64" else made
    assert handed_out.fault(content) == Code.CMS


def test_other_containers_are_refused() -> None:
    handed_out = HandedOut()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("META-INF/signatures.xml", handed_out.document)
    assert handed_out.fault(file.getvalue()) == Code.ZIP
    assert handed_out.fault(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj") == Code.PDF
    assert handed_out.fault(b"") == Code.EMPTY
    assert handed_out.fault(b" \n ") == Code.EMPTY


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"podpisany dokument", Code.NOT_XML),
        (b"<AuthTokenRequest", Code.NOT_XML),
        (b"MIAGCSqGSIb3DQEHAqCAMIACAQExDTAL", Code.NOT_XML),
        (b"0\x80\x06\x09", Code.NOT_XML),
        (b"<a>" * 300 + b"</a>" * 300, Code.NOT_XML),
        (b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", Code.TYPE_DECLARATION),
        (b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", Code.TYPE_DECLARATION),
        ("<a>ł</a>".encode("utf-16"), Code.ENCODING),
        (b"<?xml version='1.0' encoding='windows-1250'?><a/>", Code.ENCODING),
        (b"<a/>", Code.NOT_SIGNED),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, code: Code) -> None:
    assert HandedOut().fault(content) == code


def test_the_document_as_it_was_downloaded_is_refused() -> None:
    handed_out = HandedOut()
    assert handed_out.fault(handed_out.document.encode()) == Code.NOT_SIGNED


def empty_value(root: etree._Element) -> None:
    find(root, "SignatureValue").text = None


def drop_method(root: etree._Element) -> None:
    info = find(root, "SignedInfo")
    info.remove(find(root, "SignatureMethod"))


def add_a_signature(root: etree._Element) -> None:
    root.append(signing.copied(find(root, "Signature")))


def countersign(root: etree._Element) -> None:
    etree.SubElement(find(root, "QualifyingProperties"), f"{{{XADES}}}UnsignedProperties").append(
        signing.copied(find(root, "Signature"))
    )


def add_a_request(root: etree._Element) -> None:
    other = etree.SubElement(find(root, "Signature"), f"{{{DS}}}Object")
    other.append(etree.fromstring(request_xml(CHALLENGE, new_nip())))


def add_a_request_in_a_comment_element(root: etree._Element) -> None:
    root.append(etree.fromstring(request_xml(CHALLENGE, new_nip())))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (tampering.change_document, Code.CHANGED),
        (tampering.change_properties, Code.CHANGED),
        (tampering.change_value, Code.SIGNATURE_WRONG),
        (tampering.exchange_certificate, Code.CERTIFICATE_EXCHANGED),
        (tampering.drop_certificate, Code.CERTIFICATE_MISSING),
        (tampering.point_outside, Code.DETACHED),
        (tampering.point_nowhere, Code.SIGNATURE_WRONG),
        (tampering.use_unlisted_transform, Code.SIGNATURE_WRONG),
        (tampering.use_unlisted_digest, Code.SIGNATURE_WRONG),
        (empty_value, Code.SIGNATURE_UNREADABLE),
        (drop_method, Code.SIGNATURE_UNREADABLE),
        (add_a_signature, Code.SEVERAL_SIGNATURES),
        (countersign, Code.SEVERAL_SIGNATURES),
        (add_a_request, Code.SEVERAL_REQUESTS),
        (add_a_request_in_a_comment_element, Code.SEVERAL_REQUESTS),
    ],
)
def test_a_file_that_was_changed_is_refused(
    change: Callable[[etree._Element], None], code: Code
) -> None:
    handed_out = HandedOut()
    signed = enveloped(handed_out.document, handed_out.owner)
    change(signed)
    assert handed_out.fault(written(signed)) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (tampering.use_unlisted_transform, Code.SIGNATURE_UNREADABLE),
        (tampering.use_unlisted_digest, Code.SIGNATURE_UNREADABLE),
        (tampering.point_nowhere, Code.SIGNATURE_UNREADABLE),
        (tampering.point_outside, Code.DETACHED),
    ],
)
def test_a_signature_that_was_made_so_is_refused(
    change: Callable[[etree._Element], None], code: Code
) -> None:
    handed_out = HandedOut()
    signed = enveloped(handed_out.document, handed_out.owner)
    change(signed)
    sign_again(find(signed, "Signature"), handed_out.owner, Recipe())
    assert handed_out.fault(written(signed)) == code


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        (Recipe(signing_certificate=None), Code.NOT_XADES),
        (Recipe(key_info=False), Code.CERTIFICATE_MISSING),
        (Recipe(digest_of=seal(new_nip())), Code.CERTIFICATE_EXCHANGED),
        (Recipe(sign=signing.der_ecdsa), Code.SIGNATURE_WRONG),
        (Recipe(document_transforms=ENVELOPED * 2), None),
    ],
)
def test_signatures_that_are_no_xades_are_refused(recipe: Recipe, code: Code | None) -> None:
    handed_out = HandedOut()
    signed = written(enveloped(handed_out.document, handed_out.owner, recipe))
    if code is None:
        handed_out.signer(signed)
    else:
        assert handed_out.fault(signed) == code


def test_the_certificate_counts_only_where_the_signature_covers_its_digest() -> None:
    """Somebody takes the reference to the properties out, and puts in another certificate's."""
    handed_out = HandedOut()
    signed = enveloped(handed_out.document, handed_out.owner)
    info = find(signed, "SignedInfo")
    info.remove(info.findall(f"{{{DS}}}Reference")[1])
    sign_again(find(signed, "Signature"), handed_out.owner, Recipe())
    assert handed_out.fault(written(signed)) == Code.NOT_XADES


def moved_into_an_object(handed_out: HandedOut) -> bytes:
    """Signature wrapping: the signed document moves, another one takes its place."""
    signed = enveloping(handed_out.document, handed_out.owner)
    wrapper = etree.fromstring(request_xml(CHALLENGE, new_nip()))
    wrapper.append(signed)
    return written(wrapper)


def renamed_around(handed_out: HandedOut) -> bytes:
    """The same, where the element around has another name."""
    signed = enveloping(handed_out.document, handed_out.owner)
    wrapper = etree.fromstring("<Envelope/>")
    wrapper.append(signed)
    return written(wrapper)


def beside_its_signature(handed_out: HandedOut) -> bytes:
    """Detached within one file: signature and document stand side by side."""
    named = handed_out.document.replace(" ", " Id='D' ", 1)
    root = etree.fromstring(f"<Root>{named}</Root>")
    signed = enveloping(handed_out.document, handed_out.owner)
    for each in signed.findall(f"{{{DS}}}Object[@Id='Content']"):
        signed.remove(each)
    root.append(signed)
    return written(root)


def signature_alone(handed_out: HandedOut) -> bytes:
    """A .xades file beside the document."""
    signed = enveloped(handed_out.document, handed_out.owner)
    find(signed, "Reference").set("URI", "AuthTokenRequest.xml")
    return written(find(signed, "Signature"))


def properties_alone(handed_out: HandedOut) -> bytes:
    """An enveloping signature that covers its own properties and not the document."""
    signed = enveloping(handed_out.document, handed_out.owner)
    info = find(signed, "SignedInfo")
    info.remove(info.findall(f"{{{DS}}}Reference")[0])
    sign_again(signed, handed_out.owner, Recipe())
    return written(signed)


def a_part_alone(handed_out: HandedOut) -> bytes:
    """An enveloped signature that covers one element of the document."""
    document = handed_out.document.replace("<Challenge>", '<Challenge Id="Part">')
    signed = enveloped(document, handed_out.owner)
    find(signed, "Reference").set("URI", "#Part")
    octets = signing.canonical(find(signed, "Challenge"), signing.EXCLUSIVE)
    digest = base64.b64encode(hashlib.sha256(octets).digest()).decode()
    find(signed, "DigestValue").text = digest
    sign_again(find(signed, "Signature"), handed_out.owner, Recipe())
    return written(signed)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (moved_into_an_object, Code.SEVERAL_REQUESTS),
        (renamed_around, Code.DETACHED),
        (beside_its_signature, Code.DETACHED),
        (signature_alone, Code.DETACHED),
        (properties_alone, Code.NOT_COVERED),
        (a_part_alone, Code.NOT_COVERED),
    ],
)
def test_wrapped_and_detached_signatures_are_refused(
    make: Callable[[HandedOut], bytes], code: Code
) -> None:
    handed_out = HandedOut()
    assert handed_out.fault(make(handed_out)) == code


@pytest.mark.parametrize("make", [enveloped, enveloping])
def test_another_document_than_the_one_handed_out_is_refused(
    make: Callable[[str, Credential], etree._Element],
) -> None:
    handed_out = HandedOut()
    nip, owner = handed_out.nip, handed_out.owner
    others = {
        request_xml(ANOTHER, nip): Code.OF_ANOTHER_REQUEST,
        request_xml(CHALLENGE, new_nip()): Code.OF_ANOTHER_CONTEXT,
        request_xml(
            CHALLENGE, nip, context=f"<InternalId>{nip}-12346</InternalId>"
        ): Code.OF_ANOTHER_CONTEXT,
        request_xml(CHALLENGE, nip, identification="certificateFingerprint"): Code.DIFFERS,
        request_xml(CHALLENGE, nip, namespace=signing.NAMESPACE_2_0): Code.DIFFERS,
        request_xml(CHALLENGE, nip, policy="<AuthorizationPolicy/>"): Code.DIFFERS,
        handed_out.document.replace("<Challenge>", "dopisek<Challenge>"): Code.DIFFERS,
    }
    assert {each: handed_out.fault(written(make(each, owner))) for each in others} == others


def test_a_context_that_somebody_else_wrote_is_shown_shortened() -> None:
    handed_out = HandedOut()
    long = request_xml(CHALLENGE, "", context=f"<Nip>{'9' * 1000}</Nip>")
    inspection = handed_out.inspect(written(enveloped(long, handed_out.owner)))
    assert inspection.problem is not None
    assert len(str(inspection.problem.params["foundValue"])) == 60


def test_certificates_that_ksef_would_refuse_here_are_refused() -> None:
    handed_out = HandedOut()
    subject, now, day = seal_of(handed_out.nip), clock.now(), timedelta(days=1)
    odd = {
        Code.CERTIFICATE_EXPIRED: certificate_for(subject, starts=now - 2 * day, ends=now - day),
        Code.CERTIFICATE_NOT_YET_VALID: certificate_for(
            subject, starts=now + day, ends=now + 2 * day
        ),
        Code.SIGNER_UNIDENTIFIED: certificate_for(person("PNOEE-38001085718")),
    }
    for code, credential in odd.items():
        assert handed_out.fault(written(enveloped(handed_out.document, credential))) == code


@pytest.mark.parametrize("environment", [Environment.DEMO, Environment.PRODUCTION])
def test_a_self_signed_certificate_serves_in_the_test_environment_alone(
    environment: Environment,
) -> None:
    handed_out = HandedOut(environment=environment)
    signed = written(enveloped(handed_out.document, handed_out.owner))
    assert handed_out.fault(signed) == Code.CERTIFICATE_SELF_SIGNED


def test_a_certificate_of_another_environment_of_ksef_is_refused() -> None:
    handed_out = HandedOut(environment=Environment.PRODUCTION)
    of_test = certificate_for(seal_of(handed_out.nip), issuer=KSEF_ISSUER)
    signed = written(enveloped(handed_out.document, of_test))
    assert handed_out.fault(signed) == Code.CERTIFICATE_ELSEWHERE


def test_who_is_known_by_fingerprint_signs_a_document_that_says_so() -> None:
    handed_out = HandedOut(by_fingerprint=True)
    foreign = certificate_for(((NameOID.COMMON_NAME, "Jaan Tamm"),))
    signer = handed_out.signer(written(enveloped(handed_out.document, foreign)))
    assert signer.identifier_type == "Fingerprint"
    assert signer.identifier_value == signer.fingerprint
