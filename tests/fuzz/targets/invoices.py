"""Invoices' XML, and what a caller says of an invoice beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.credentials.environment import Environment
from bridge.credentials.identifiers import has_right_check_byte, ksef_number_nip
from bridge.offline import base64url
from bridge.offline.errors import InvoiceRefused
from bridge.offline.invoice_description import InvoiceDescription
from bridge.offline.links import invoice_link
from bridge.offline.qr_image import qr_image
from bridge.offline.qr_svg import svg
from tests.fuzz.target import Prepared, Target
from tests.fuzz.told import assert_told
from tests.offline.invoices import FA_2, invoice_xml

_NIP = "5265877635"


def _link_of(description: InvoiceDescription) -> None:
    try:
        invoice = description.invoice(_NIP)
    except InvoiceRefused as refused:
        assert_told(refused.code, refused.params)
    else:
        assert invoice_link(Environment.TEST, invoice).isascii()


def _read_file(data: bytes) -> None:
    _link_of(InvoiceDescription(xml=data))


@contextmanager
def _prepare_files() -> Iterator[Prepared]:
    texts = (
        invoice_xml(),
        invoice_xml(namespace=FA_2, prolog=""),
        invoice_xml(root="x:Faktura").replace("xmlns=", "xmlns:x="),
        invoice_xml(more="<Stopka><![CDATA[<P_1>]]>&amp;&#x7f;</Stopka><!-- -- -->"),
        invoice_xml(prolog='<?xml version="1.0" encoding="cp1250"?><!DOCTYPE a [<!ENTITY b "c">]>'),
        invoice_xml(issue_date="<P_1>&#50;026-02-01\n</P_1>", seller="<NIP> 1</NIP>"),
        invoice_xml(more='<Z xmlns:z="urn:z" z:a="ż"><z:P_1/></Z>'),
    )
    yield Prepared(_read_file, [each.encode() for each in texts])


def _read_words(data: bytes) -> None:
    """The hash, the date, the seller and the KSeF number, parted by line ends."""
    sha256, issue_date, seller, number = (
        *data.decode("utf-8", "replace").split("\n", 3),
        "",
        "",
        "",
    )[:4]
    _link_of(InvoiceDescription(sha256=sha256, issue_date=issue_date, seller_nip=seller))
    ksef_number_nip(number)
    if has_right_check_byte(number):
        svg(qr_image("https://qr-test.ksef.mf.gov.pl/invoice", number))


@contextmanager
def _prepare_words() -> Iterator[Prepared]:
    digest = hashlib.sha256(b"").digest()
    rest = f"2026-02-01\n{_NIP}\n5265877635-20260201-010080615740-E4"
    hashes = (digest.hex(), base64url.encode(digest), base64url.encode(digest) + "=")
    yield Prepared(_read_words, [f"{each}\n{rest}".encode() for each in hashes])


TARGETS = (
    Target(
        "invoices",
        _prepare_files,
        (
            *(b"<P_1>", b"</P_1>", b"<NIP>", b"<Fa>", b"<Podmiot1>", b'xmlns="', b"<![CDATA["),
            *(b"<!DOCTYPE ", b"<?x?>", b"<!--", b"-->", b"&#x10FFFF;", b"&#0;", b"]]>", b"&lol;"),
            *(b'encoding="utf-16"', b'encoding="UTF-8"', b"standalone", b"\xef\xbb\xbf", b" z:a="),
        ),
        64 * 1024,
    ),
    Target("invoice-words", _prepare_words, (b"\n", b"-", b"_", b"=", "٣".encode()), 512),
)
