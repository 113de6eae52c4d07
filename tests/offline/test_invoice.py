"""What a caller may say of an invoice, and how it is refused."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from typing import Any

import pytest

from bridge.credentials.identifiers import crc8, has_right_check_byte, ksef_number_nip
from bridge.offline.errors import InvoiceRefused
from bridge.offline.invoice import Invoice, parse_issue_date, parse_sha256
from bridge.offline.invoice_description import InvoiceDescription
from tests.offline.invoices import invoice_xml
from tests.offline.signers import OFFICIAL_HASH, OFFICIAL_INVOICE, OFFICIAL_NIP

DIGEST = hashlib.sha256(b"invoice").digest()
OFFICIAL_IN_BASE64 = "UtQp9Gpc51y+u3xApZjIjgkpZ01js+J8KflSPW8WzIE="
XML = invoice_xml().encode()


@pytest.mark.parametrize(
    "text",
    [
        OFFICIAL_HASH,
        OFFICIAL_HASH + "=",
        OFFICIAL_IN_BASE64,
        OFFICIAL_INVOICE.sha256.hex(),
        OFFICIAL_INVOICE.sha256.hex().upper(),
    ],
)
def test_the_hash_is_taken_in_three_spellings(text: str) -> None:
    assert parse_sha256(text) == OFFICIAL_INVOICE.sha256


@pytest.mark.parametrize(
    "text",
    [
        "",
        OFFICIAL_HASH[:-1],
        OFFICIAL_HASH[:-1] + "F",  # the same octets, but needless bits are set
        OFFICIAL_HASH + "==",
        OFFICIAL_HASH + "A",
        f" {OFFICIAL_HASH}",
        f"{OFFICIAL_HASH}\n",
        OFFICIAL_HASH.replace("-", "ż"),
        DIGEST.hex()[:-1],
        DIGEST.hex()[:-1] + "g",
        base64.b64encode(DIGEST[:31]).decode(),
        base64.b64encode(DIGEST.hex().encode()).decode(),
    ],
)
def test_what_is_not_32_bytes_is_no_hash(text: str) -> None:
    with pytest.raises(InvoiceRefused) as caught:
        parse_sha256(text)
    assert caught.value.code == "invoice-hash-malformed"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "01-02-2026",
        "20260201",
        "2026-W05-7",
        "2026-02-30",
        "2026-2-1",
        " 2026-02-01",
        "٢٠٢٦-02-01",
    ],
)
def test_a_date_is_a_day_of_the_calendar_as_p_1_writes_it(text: str) -> None:
    with pytest.raises(InvoiceRefused) as caught:
        parse_issue_date(text)
    assert caught.value.code == "issue-date-malformed"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"issue_date": date(2005, 12, 31)}, "issue-date-out-of-range"),
        ({"issue_date": date(2050, 1, 2)}, "issue-date-out-of-range"),
        ({"seller_nip": "1111111112"}, "seller-nip-check-digit"),
        ({"seller_nip": "0111111111"}, "seller-nip-malformed"),
        ({"seller_nip": "111111111"}, "seller-nip-malformed"),
        ({"seller_nip": "111-111-11-11"}, "seller-nip-malformed"),
        ({"seller_nip": "١١١١١١١١١١"}, "seller-nip-malformed"),
        ({"sha256": DIGEST[:31]}, "invoice-hash-malformed"),
        ({"sha256": DIGEST + b"\0"}, "invoice-hash-malformed"),
    ],
)
def test_no_invoice_is_made_of_what_ksef_would_not_accept(
    changed: dict[str, Any], code: str
) -> None:
    right = {"seller_nip": OFFICIAL_NIP, "issue_date": date(2026, 2, 1), "sha256": DIGEST}
    Invoice(**right)  # type: ignore[arg-type]
    with pytest.raises(InvoiceRefused) as caught:
        Invoice(**{**right, **changed})
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("described", "code"),
    [
        (InvoiceDescription(), "invoice-missing"),
        (InvoiceDescription(issue_date="2026-02-01"), "invoice-missing"),
        (InvoiceDescription(sha256=OFFICIAL_HASH, xml=XML), "invoice-given-twice"),
        (InvoiceDescription(sha256=OFFICIAL_HASH), "issue-date-missing"),
        (InvoiceDescription(sha256=OFFICIAL_HASH, issue_date="1.2.2026"), "issue-date-malformed"),
        (InvoiceDescription(sha256="x", issue_date="2026-02-01"), "invoice-hash-malformed"),
        (InvoiceDescription(xml=XML, issue_date="2026-02-02"), "issue-date-mismatch"),
        (InvoiceDescription(xml=XML, issue_date="x"), "issue-date-malformed"),
        (InvoiceDescription(xml=XML, seller_nip=OFFICIAL_NIP), "seller-nip-mismatch"),
    ],
)
def test_a_description_that_is_no_invoice(described: InvoiceDescription, code: str) -> None:
    with pytest.raises(InvoiceRefused) as caught:
        described.invoice(OFFICIAL_NIP)
    assert caught.value.code == code


def test_the_seller_is_the_one_given_or_the_default() -> None:
    described = InvoiceDescription(sha256=OFFICIAL_HASH, issue_date="2026-02-01")
    assert described.invoice(OFFICIAL_NIP) == OFFICIAL_INVOICE
    with pytest.raises(InvoiceRefused) as caught:
        described.invoice(None)
    assert caught.value.code == "seller-nip-missing"
    other = InvoiceDescription(
        sha256=OFFICIAL_HASH, issue_date="2026-02-01", seller_nip="5265877635"
    )
    assert other.invoice(OFFICIAL_NIP).seller_nip == "5265877635"


def test_the_file_says_it_all_and_may_be_confirmed() -> None:
    invoice = Invoice("5265877635", date(2026, 2, 1), hashlib.sha256(XML).digest())
    assert InvoiceDescription(xml=XML).invoice(OFFICIAL_NIP) == invoice
    confirmed = InvoiceDescription(xml=XML, issue_date="2026-02-01", seller_nip="5265877635")
    assert confirmed.invoice(None) == invoice


def test_the_official_ksef_number() -> None:
    number = "5265877635-20250826-0100001AF629-AF"
    assert ksef_number_nip(number) == "5265877635"
    assert has_right_check_byte(number)
    for malformed in (number.lower(), number[:-1], f"{number}\n", number.replace("-", "")):
        assert ksef_number_nip(malformed) is None


@pytest.mark.parametrize(
    "number",
    [
        "5265877635-20230721-80B510-9675F7-B5",
        "5265877635-20230721-80B5109675F7-B5",
        "5265877635-20260131-0100001AF629-00",
        "5265877635-20260201-0100001AF629-{}",
        "5265877635-20261128-0100001AF629-{}",
    ],
)
def test_numbers_of_ksef_1_follow_no_rule_and_those_of_ksef_2_do(number: str) -> None:
    right = number.format(f"{crc8(number[:32].encode()):02X}")
    assert ksef_number_nip(right) == "5265877635"
    assert has_right_check_byte(right)
    wrong = f"{right[:-2]}{int(right[-2:], 16) ^ 1:02X}"
    assert has_right_check_byte(wrong) is ("{}" not in number)
