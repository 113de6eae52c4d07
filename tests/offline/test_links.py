"""Links character for character as KSeF's documentation prints them, and what makes none."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.ksef.environments import QR_URLS
from bridge.offline.errors import ProfileUnfit
from bridge.offline.links import (
    certificate_link,
    invoice_link,
    signed_text,
    unsigned_certificate_link,
)
from tests.offline.signers import OFFICIAL_INVOICE, OFFICIAL_NIP, OFFICIAL_SERIAL_NUMBER

# kody-qr.md, section 1 and section 2 ("Format podpisu").
OFFICIAL_KOD_1 = (
    "https://qr-test.ksef.mf.gov.pl/invoice/1111111111/01-02-2026/"
    "UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE"
)
OFFICIAL_SIGNED_TEXT = (
    "qr-test.ksef.mf.gov.pl/certificate/Nip/1111111111/1111111111/01F20A5D352AE590/"
    "UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE"
)
NIP_CONTEXT = ContextIdentifier(ContextType.NIP, OFFICIAL_NIP)


def unsigned(
    context: ContextIdentifier = NIP_CONTEXT, serial_number: str = OFFICIAL_SERIAL_NUMBER
) -> str:
    return unsigned_certificate_link(Environment.TEST, context, OFFICIAL_INVOICE, serial_number)


def test_the_official_kod_1() -> None:
    assert invoice_link(Environment.TEST, OFFICIAL_INVOICE) == OFFICIAL_KOD_1


def test_the_text_to_be_signed_of_the_official_kod_2() -> None:
    assert signed_text(Environment.TEST, unsigned()) == OFFICIAL_SIGNED_TEXT


def test_the_signature_ends_kod_2_in_base64url_without_padding() -> None:
    link = certificate_link(unsigned(), b"\xfb\xff\xfe" * 21 + b"\xff")
    assert link == f"https://{OFFICIAL_SIGNED_TEXT}/{'-__-' * 21}_w"


@pytest.mark.parametrize(
    ("environment", "host"),
    [
        (Environment.TEST, "qr-test.ksef.mf.gov.pl"),
        (Environment.DEMO, "qr-demo.ksef.mf.gov.pl"),
        (Environment.PRODUCTION, "qr.ksef.mf.gov.pl"),
    ],
)
def test_each_environment_has_its_official_host(environment: Environment, host: str) -> None:
    assert QR_URLS[environment] == f"https://{host}"
    assert invoice_link(environment, OFFICIAL_INVOICE).startswith(f"https://{host}/invoice/")
    link = unsigned_certificate_link(
        environment, NIP_CONTEXT, OFFICIAL_INVOICE, OFFICIAL_SERIAL_NUMBER
    )
    assert signed_text(environment, link).startswith(f"{host}/certificate/Nip/")


@pytest.mark.parametrize(
    "link",
    [
        "https://qr.ksef.mf.gov.pl/certificate/Nip",
        "https://qr-test.ksef.mf.gov.pl.example.com/certificate/Nip",
        "http://qr-test.ksef.mf.gov.pl/certificate/Nip",
        "https://127.0.0.1:8971/certificate/Nip",
        "https://qr-test.ksef.mf.gov.pl/invoice/1111111111",
    ],
)
def test_no_link_of_another_host_or_page_is_signed(link: str) -> None:
    with pytest.raises(ValueError, match="own verification page"):
        signed_text(Environment.TEST, link)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (ContextType.NIP, "5265877635"),
        (ContextType.INTERNAL_ID, "5265877635-12346"),
        (ContextType.NIP_VAT_UE, "5265877635-DE123456789"),
        (ContextType.NIP_VAT_UE, "5265877635-NL12345678+*B"),
        (ContextType.PEPPOL_ID, "PPL123456"),
    ],
)
def test_all_four_types_of_contexts(type_: ContextType, value: str) -> None:
    link = unsigned(ContextIdentifier(type_, value))
    assert f"/certificate/{type_.value}/{value}/{OFFICIAL_NIP}/" in link


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (ContextType.NIP, "5265877636"),
        (ContextType.NIP, "5265877635/"),
        (ContextType.NIP, "5265877635\n"),
        (ContextType.INTERNAL_ID, "5265877635"),
        (ContextType.INTERNAL_ID, "5265877636-12345"),
        (ContextType.NIP_VAT_UE, "5265877635-de123456789"),
        (ContextType.NIP_VAT_UE, "5265877636-DE123456789"),
        (ContextType.PEPPOL_ID, "XPL123456"),
    ],
)
def test_a_context_that_is_not_of_its_type(type_: ContextType, value: str) -> None:
    assert refused(context=ContextIdentifier(type_, value)) == "offline-context-malformed"


@pytest.mark.parametrize("type_", ["nip", "NIP", "Internalid", "NipVatUE", "peppolId", ""])
def test_the_case_of_the_type_counts(type_: Any) -> None:
    context = ContextIdentifier(type_, OFFICIAL_NIP)
    assert refused(context=context) == "offline-context-type-unknown"


@pytest.mark.parametrize(
    "serial_number", ["01f20a5d352ae590", "1F20A5D352AE590", "0101F20A5D352AE590", ""]
)
def test_a_serial_number_is_16_upper_case_hex_digits(serial_number: str) -> None:
    assert refused(serial_number=serial_number) == "offline-certificate-serial-number"


def refused(**changed: Any) -> str:
    with pytest.raises(ProfileUnfit) as caught:
        unsigned(**changed)
    return caught.value.code
