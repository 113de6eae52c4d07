"""Which signatures the simulator refuses, and with which code."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from lxml import etree

from bridge.simulator import clock
from tests.simulator import signed_requests as signing
from tests.simulator import tampering
from tests.simulator.ksef import Ksef, refusal
from tests.simulator.login_certificates import Credential, new_nip, seal
from tests.simulator.signed_requests import DS, XADES, Recipe, enveloped, request_xml, written
from tests.simulator.tampering import find

NOT_XADES = "Format podpisu niezgodny z akceptowanymi profilami XAdES."


def with_a_long_s(credential: Credential, data: bytes) -> bytes:
    raw = signing.raw_ecdsa(credential, data)
    return raw[:32] + b"\0" + raw[32:]


def duplicate_id(root: etree._Element) -> None:
    unsigned = etree.SubElement(
        find(root, "QualifyingProperties"), f"{{{XADES}}}UnsignedProperties"
    )
    unsigned.set("Id", "SignedProperties")


def use_relative_namespace(root: etree._Element) -> None:
    etree.SubElement(find(root, "ContextIdentifier"), "x", nsmap={"x": "relative"})


def use_an_id_that_begins_with_a_digit(root: etree._Element) -> None:
    find(root, "SignedProperties").set("Id", "1-SignedProperties")
    root.findall(f".//{{{DS}}}Reference")[1].set("URI", "#1-SignedProperties")


def swap_key_info(root: etree._Element) -> None:
    signature = find(root, "Signature")
    signature.append(find(root, "KeyInfo"))


def swap_signing_time(root: etree._Element) -> None:
    find(root, "SignedSignatureProperties").append(find(root, "SigningTime"))


def use_unlisted_signature(root: etree._Element) -> None:
    find(root, "SignatureMethod").set("Algorithm", f"{DS}hmac-sha1")


def drop_references(root: etree._Element) -> None:
    signed_info = find(root, "SignedInfo")
    for reference in signed_info.findall(f"{{{DS}}}Reference"):
        signed_info.remove(reference)


def drop_document_reference(root: etree._Element) -> None:
    find(root, "SignedInfo").remove(find(root, "Reference"))


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (tampering.change_document, "Nieprawidłowa wartość skrótu dla referencji"),
        (tampering.change_value, "Podpis zweryfikowany negatywnie."),
        (tampering.change_properties, "Nieprawidłowa wartość skrótu dla referencji"),
        (tampering.exchange_certificate, "Skrót certyfikatu podpisującego nie odpowiada"),
        (duplicate_id, "Identyfikatory elementów w dokumencie nie są unikalne."),
        (tampering.point_outside, "Podpis w formacie zewnętrznym (detached) nie jest akceptowany."),
        (tampering.point_nowhere, "Referencja wskazuje na nieistniejący element"),
        (tampering.use_unlisted_digest, "niewspieranego algorytmu"),
        (tampering.use_unlisted_transform, "niewspieranego algorytmu"),
        (use_unlisted_signature, "niewspieranego algorytmu"),
        (drop_references, "Podpis nie zawiera referencji."),
        (use_relative_namespace, "niewspieranego algorytmu"),
        (tampering.drop_certificate, "Nieprawidłowa treść podpisu."),
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
    signing.sign_again(find(root, "Signature"), credential, Recipe())
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
    signature = find(root, "Signature")
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
    root.append(signing.copied(find(root, "Signature")))
    assert refusal(ksef.send_signed(written(root))) == (9103, [])
