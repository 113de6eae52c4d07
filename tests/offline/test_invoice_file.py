"""Reading an invoice's file: two fields by their exact places, bytes as they are, and no tricks."""

from __future__ import annotations

import contextlib
import hashlib
import time
from datetime import date

import pytest

from bridge.offline.errors import InvoiceRefused
from bridge.offline.invoice_file import MOST_BYTES, read_invoice_file
from tests.offline.invoices import FA_2, FA_3, invoice_xml

BOMB = "".join(f'<!ENTITY l{level + 1} "{f"&l{level};" * 10}">' for level in range(9))
SECONDS = 5
UTF_16 = invoice_xml(prolog="").encode("utf-16")


@pytest.mark.parametrize("namespace", [FA_2, FA_3])
def test_date_and_seller_are_read_and_the_bytes_hashed(namespace: str) -> None:
    content = invoice_xml(namespace=namespace).encode()
    invoice = read_invoice_file(content)
    assert invoice.seller_nip == "5265877635"
    assert invoice.issue_date == date(2026, 2, 1)
    assert invoice.sha256 == hashlib.sha256(content).digest()


def test_each_byte_counts() -> None:
    plain = read_invoice_file(invoice_xml().encode())
    spaced = read_invoice_file(invoice_xml().encode() + b"\n")
    assert plain.sha256 != spaced.sha256
    assert plain.issue_date == spaced.issue_date


@pytest.mark.parametrize(
    "xml",
    [
        invoice_xml(prolog=""),
        invoice_xml(prolog="<?xml version='1.0' encoding='utf-8'?>"),
        invoice_xml(issue_date="<P_1>\n  2026-02-01 </P_1>"),
        invoice_xml(issue_date="<P_1>2026<!-- - -->-02-01</P_1>"),
        invoice_xml(issue_date="<P_1><![CDATA[2026-02-01]]></P_1>"),
        invoice_xml(seller="<NIP>526&#53;877635</NIP>"),
        invoice_xml(more="<!-- <!DOCTYPE x> -->"),
        invoice_xml()
        .replace("<", "<f:")
        .replace("<f:/", "</f:")
        .replace("<f:?", "<?")
        .replace("xmlns=", "xmlns:f="),
    ],
)
def test_all_spellings_of_the_same_document_are_read(xml: str) -> None:
    invoice = read_invoice_file(xml.encode())
    assert (invoice.seller_nip, invoice.issue_date) == ("5265877635", date(2026, 2, 1))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "invoice-file-not-xml"),
        (b"%PDF-1.7", "invoice-file-not-xml"),
        (invoice_xml().encode()[:-5], "invoice-file-not-xml"),
        (invoice_xml(seller="<NIP>&undefined;</NIP>").encode(), "invoice-file-not-xml"),
        (UTF_16, "invoice-file-not-utf8"),
        (invoice_xml().encode("iso-8859-2"), "invoice-file-not-utf8"),
        (b"\xef\xbb\xbf" + invoice_xml().encode(), "invoice-file-not-utf8"),
        (
            invoice_xml(prolog='<?xml version="1.0" encoding="ISO-8859-2"?>').encode(),
            "invoice-file-not-utf8",
        ),
        (b"x" * (MOST_BYTES + 1), "invoice-file-too-large"),
        (invoice_xml(prolog="<!DOCTYPE Faktura>").encode(), "invoice-file-forbidden-content"),
        (
            invoice_xml(prolog=f'<!DOCTYPE Faktura [<!ENTITY l0 "lol">{BOMB}]>').encode(),
            "invoice-file-forbidden-content",
        ),
        (
            invoice_xml(
                prolog='<!DOCTYPE Faktura [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
                seller="<NIP>&x;</NIP>",
            ).encode(),
            "invoice-file-forbidden-content",
        ),
        (
            invoice_xml(prolog='<!DOCTYPE Faktura SYSTEM "http://127.0.0.1:1/x.dtd">').encode(),
            "invoice-file-forbidden-content",
        ),
        (
            invoice_xml(prolog='<?xml-stylesheet href="x.xsl"?>').encode(),
            "invoice-file-forbidden-content",
        ),
        (invoice_xml(namespace="http://example.com/").encode(), "invoice-file-schema-unknown"),
        (invoice_xml(root="Inny").encode(), "invoice-file-schema-unknown"),
        (b"<Faktura/>", "invoice-file-schema-unknown"),
        (invoice_xml(seller="").encode(), "invoice-file-field-missing"),
        (invoice_xml(issue_date="").encode(), "invoice-file-field-missing"),
        (
            invoice_xml(issue_date='<P_1 xmlns="">2026-02-01</P_1>').encode(),
            "invoice-file-field-missing",
        ),
        (invoice_xml(seller="<NIP>5265877635</NIP>" * 2).encode(), "invoice-file-field-repeated"),
        (
            invoice_xml(more="<Fa><P_1>2026-02-01</P_1></Fa>").encode(),
            "invoice-file-field-repeated",
        ),
        (invoice_xml(issue_date="<P_1>1.2.2026</P_1>").encode(), "issue-date-malformed"),
        (
            invoice_xml(issue_date=f"<P_1>2026-02-01{' ' * 99}x</P_1>").encode(),
            "issue-date-malformed",
        ),
        (
            invoice_xml(issue_date=f"<P_1>2026-02-01{' ' * 99}<!-- -->x</P_1>").encode(),
            "issue-date-malformed",
        ),
        (invoice_xml(seller="<NIP> 5265877635</NIP>").encode(), "seller-nip-malformed"),
        (invoice_xml(seller="<NIP>5265877636</NIP>").encode(), "seller-nip-check-digit"),
    ],
)
def test_what_is_no_invoice_that_ksef_would_take(content: bytes, code: str) -> None:
    with pytest.raises(InvoiceRefused) as caught:
        read_invoice_file(content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "more",
    [
        "<a>" * 900_000,
        "<a/>" * 700_000,
        "&amp;" * 500_000,
        f"<a b='{'x' * 2_900_000}'/>",
        f"<Podmiot1><DaneIdentyfikacyjne><Nazwa>{'x<!---->' * 300_000}",
    ],
    ids=["deep", "many", "references", "attribute", "pieces"],
)
def test_the_largest_files_are_done_with_soon(more: str) -> None:
    content = invoice_xml(more=more).encode()
    assert len(content) <= MOST_BYTES
    began = time.process_time()
    with contextlib.suppress(InvoiceRefused):
        read_invoice_file(content)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("form", ["{}", "&#{:d};", "&#x{:X};"], ids=["itself", "decimal", "hex"])
@pytest.mark.parametrize(
    "character", [0x7F, 0x84, 0x86, 0x9F, 0xFDD0, 0xFDEF, 0x1FFFE, 0x1FFFF, 0xAFFFE, 0x10FFFF]
)
@pytest.mark.parametrize("place", ["<P_2>1{}</P_2>", '<P_2 a="{}">1</P_2>', "<!-- {} -->"])
def test_characters_that_ksef_refuses_are_found(character: int, form: str, place: str) -> None:
    if "<!--" in place:  # where nothing is a reference
        form = "{}"
    more = place.format(chr(character) if form == "{}" else form.format(character))
    with pytest.raises(InvoiceRefused) as refused:
        read_invoice_file(invoice_xml(more=more).encode())
    assert refused.value.code == "invoice-file-discouraged-character"
    assert refused.value.params == {"character": f"U+{character:04X}"}


@pytest.mark.parametrize("character", ["\x85", "\u00a0", "\ufdcf", "\ufdf0", "ą", "\U0001f600"])
def test_their_neighbours_are_taken(character: str) -> None:
    invoice = read_invoice_file(invoice_xml(more=f"<P_2>{character}</P_2>").encode())
    assert invoice.seller_nip == "5265877635"


LONG_NAMESPACE = "urn:" + "u" * 253


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        (f'xmlns="{LONG_NAMESPACE}"', "<a/>"),
        (f"xmlns\n = '{LONG_NAMESPACE}'", "<a/>"),
        (f'xmlns:p="{LONG_NAMESPACE}"', '<a p:x=""/>'),
        (f'xmlns:{"p" * 201}="urn:u"', "<a/>"),
    ],
    ids=["of elements", "apart", "of attributes", "under a long name"],
)
def test_a_long_namespace_is_refused(declared: str, used: str) -> None:
    with pytest.raises(InvoiceRefused) as refused:
        read_invoice_file(invoice_xml(more=f"<b {declared}>{used}</b>").encode())
    assert refused.value.code == "invoice-file-forbidden-content"
    assert str(refused.value.params["content"]).startswith("xmlns")


def test_a_namespace_as_long_as_is_allowed_is_taken() -> None:
    for more in (f'<b xmlns="{LONG_NAMESPACE[:-1]}"/>', f'<b xmlns:{"p" * 200}="urn:u"/>'):
        assert read_invoice_file(invoice_xml(more=more).encode()).seller_nip == "5265877635"


@pytest.mark.parametrize(
    "content",
    [
        invoice_xml(more=f'<b xmlns="{"u" * 100_000}">' + "<a/>" * 30_000 + "</b>"),
        invoice_xml(more=f'<b xmlns:p="{"u" * 100_000}">' + '<a p:x=""/>' * 30_000 + "</b>"),
    ],
    ids=["of elements", "of attributes"],
)
def test_a_long_namespace_is_not_written_out_for_each_name(content: str) -> None:
    """Of a file as large as is allowed that once took minutes."""
    began = time.process_time()
    with pytest.raises(InvoiceRefused):
        read_invoice_file(content.encode())
    assert time.process_time() - began < 1
