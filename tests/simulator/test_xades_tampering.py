"""Which signatures the simulator refuses, and with which code."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from lxml import etree

from bridge.simulator import clock
from tests.simulator import signed_requests as signing
from tests.simulator.ksef import Ksef, refusal
from tests.simulator.login_certificates import Credential, new_nip, seal
from tests.simulator.signed_requests import DS, XADES, Recipe, enveloped, request_xml, written

NOT_XADES = "Format podpisu niezgodny z akceptowanymi profilami XAdES."


def with_a_long_s(credential: Credential, data: bytes) -> bytes:
    raw = signing.raw_ecdsa(credential, data)
    return raw[:32] + b"\0" + raw[32:]


def change_document(root: etree._Element) -> None:
    _find(root, "Nip").text = new_nip()


def change_signature(root: etree._Element) -> None:
    value = _find(root, "SignatureValue")
    octets = bytearray(base64.b64decode(value.text or ""))
    octets[5] ^= 1
    value.text = base64.b64encode(octets).decode()


def change_properties(root: etree._Element) -> None:
    _find(root, "SigningTime").text = clock.now().isoformat()


def change_certificate(root: etree._Element) -> None:
    _find(root, "X509Certificate").text = base64.b64encode(seal(new_nip()).der).decode()


def duplicate_id(root: etree._Element) -> None:
    unsigned = etree.SubElement(
        _find(root, "QualifyingProperties"), f"{{{XADES}}}UnsignedProperties"
    )
    unsigned.set("Id", "SignedProperties")


def point_outside(root: etree._Element) -> None:
    _find(root, "Reference").set("URI", "https://example.com/request.xml")


def point_nowhere(root: etree._Element) -> None:
    _find(root, "Reference").set("URI", "#nowhere")


def use_relative_namespace(root: etree._Element) -> None:
    etree.SubElement(_find(root, "ContextIdentifier"), "x", nsmap={"x": "relative"})


def break_certificate(root: etree._Element) -> None:
    _find(root, "X509Certificate").text = "not base64"


def use_an_id_that_begins_with_a_digit(root: etree._Element) -> None:
    _find(root, "SignedProperties").set("Id", "1-SignedProperties")
    root.findall(f".//{{{DS}}}Reference")[1].set("URI", "#1-SignedProperties")


def swap_key_info(root: etree._Element) -> None:
    signature = _find(root, "Signature")
    signature.append(_find(root, "KeyInfo"))


def swap_signing_time(root: etree._Element) -> None:
    _find(root, "SignedSignatureProperties").append(_find(root, "SigningTime"))


def use_unlisted_digest(root: etree._Element) -> None:
    _find(root, "DigestMethod").set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#md5")


def use_unlisted_transform(root: etree._Element) -> None:
    _find(root, "Transform").set("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")


def use_unlisted_signature(root: etree._Element) -> None:
    _find(root, "SignatureMethod").set("Algorithm", f"{DS}hmac-sha1")


def drop_references(root: etree._Element) -> None:
    signed_info = _find(root, "SignedInfo")
    for reference in signed_info.findall(f"{{{DS}}}Reference"):
        signed_info.remove(reference)


def drop_document_reference(root: etree._Element) -> None:
    _find(root, "SignedInfo").remove(_find(root, "Reference"))


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (change_document, "Nieprawidłowa wartość skrótu dla referencji"),
        (change_signature, "Podpis zweryfikowany negatywnie."),
        (change_properties, "Nieprawidłowa wartość skrótu dla referencji"),
        (change_certificate, "Skrót certyfikatu podpisującego nie odpowiada"),
        (duplicate_id, "Identyfikatory elementów w dokumencie nie są unikalne."),
        (point_outside, "Podpis w formacie zewnętrznym (detached) nie jest akceptowany."),
        (point_nowhere, "Referencja wskazuje na nieistniejący element"),
        (use_unlisted_digest, "niewspieranego algorytmu"),
        (use_unlisted_transform, "niewspieranego algorytmu"),
        (use_unlisted_signature, "niewspieranego algorytmu"),
        (drop_references, "Podpis nie zawiera referencji."),
        (use_relative_namespace, "niewspieranego algorytmu"),
        (break_certificate, "Nieprawidłowa treść podpisu."),
        (use_an_id_that_begins_with_a_digit, "Błąd walidacji XSD"),
        (swap_key_info, "Błąd walidacji XSD"),
        (swap_signing_time, "Błąd walidacji XSD"),
    ],
)
def test_a_signed_request_that_was_changed_is_refused(
    ksef: Ksef, nip: str, change: Callable[[etree._Element], None], detail: str
) -> None:
    root = enveloped(request_xml(ksef.challenge()["challenge"], nip), seal(nip))
    change(root)
    code, details = refusal(ksef.send_signed(written(root)))
    assert code == 9105
    assert detail in details[0]


@pytest.mark.parametrize(
    ("recipe", "detail"),
    [
        (Recipe(signing_certificate=None), NOT_XADES),
        (Recipe(properties_type="http://example.com/other"), NOT_XADES),
        (Recipe(digest_of=seal(new_nip())), "Skrót certyfikatu podpisującego nie odpowiada"),
        (Recipe(sign=signing.der_ecdsa), "Podpis zweryfikowany negatywnie."),
        (Recipe(sign=with_a_long_s), "Podpis zweryfikowany negatywnie."),
        (Recipe(key_info=False), "Podpis nie zawiera certyfikatu"),
        (Recipe(signing_time=clock.now() + timedelta(hours=1)), "SigningTime"),
    ],
    ids=[
        "no signing certificate",
        "no reference to signed properties",
        "digest of another certificate",
        "ECDSA in DER",
        "ECDSA with an S of 33 bytes",
        "no certificate",
        "signed in the future",
    ],
)
def test_a_signature_that_is_no_xades_of_ksef_is_refused(
    ksef: Ksef, nip: str, recipe: Recipe, detail: str
) -> None:
    document = request_xml(ksef.challenge()["challenge"], nip)
    answer = ksef.send_signed(written(enveloped(document, seal(nip), recipe)))
    code, details = refusal(answer)
    assert code == 9105
    assert detail in details[0]


def test_a_signature_that_leaves_the_document_out_is_refused(ksef: Ksef, nip: str) -> None:
    credential = seal(nip)
    root = enveloped(request_xml(ksef.challenge()["challenge"], nip), credential)
    drop_document_reference(root)
    signing.sign_again(_find(root, "Signature"), credential, Recipe())
    assert refusal(ksef.send_signed(written(root))) == (
        9105,
        ["Podpis nie obejmuje całego dokumentu."],
    )


def test_a_changed_byte_is_neither_accepted_nor_too_much(ksef: Ksef, nip: str) -> None:
    signed = written(enveloped(request_xml(ksef.challenge()["challenge"], nip), seal(nip)))
    first = signed.index(b"<AuthTokenRequest")
    chance = random.Random(2026)  # noqa: S311 - no secret
    for _ in range(400):
        position = chance.randrange(first, len(signed))
        other = bytes([signed[position] ^ chance.randrange(1, 256)])
        answer = ksef.send_signed(signed[:position] + other + signed[position + 1 :])
        assert answer.status_code == 400, (position, other)


def test_wrapping_a_signed_request_into_another_is_refused(ksef: Ksef, nip: str) -> None:
    victim = new_nip()
    signed = signing.enveloping(request_xml(ksef.challenge()["challenge"], nip), seal(nip))
    forged = etree.fromstring(request_xml(ksef.challenge()["challenge"], victim))
    forged.append(signed)
    assert refusal(ksef.send_signed(written(forged))) == (9101, [])


def test_a_signature_beside_the_request_is_detached(ksef: Ksef, nip: str) -> None:
    root = enveloped(request_xml(ksef.challenge()["challenge"], nip), seal(nip))
    signature = _find(root, "Signature")
    root.remove(signature)
    envelope = etree.Element("Envelope")
    envelope.extend([root, signature])
    code, details = refusal(ksef.send_signed(written(envelope)))
    assert (code, details) == (
        9105,
        ["Podpis w formacie zewnętrznym (detached) nie jest akceptowany."],
    )


def test_the_number_of_signatures_is_one(ksef: Ksef, nip: str) -> None:
    document = request_xml(ksef.challenge()["challenge"], nip)
    assert refusal(ksef.send_signed(document.encode())) == (9102, [])
    root = enveloped(document, seal(nip))
    root.append(signing.copied(_find(root, "Signature")))
    assert refusal(ksef.send_signed(written(root))) == (9103, [])


def _find(root: etree._Element, name: str) -> etree._Element:
    """The first element of that local name, in any namespace."""
    return next(root.iter(f"{{*}}{name}"))
