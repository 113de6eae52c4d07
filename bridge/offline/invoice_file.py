"""Reading an invoice's XML, FA(2) or FA(3): its date, its seller's NIP, the hash of its bytes.

KSeF takes UTF-8 only, without a byte order mark, processing instructions and the characters that
XML 1.0 section 2.2 discourages (weryfikacja-faktury.md). Another file is refused here already: its
hash would not outlast the correction. A document type declaration ends the reading before anything
it declares counts; nothing is ever fetched. Whether the file fits the schema is KSeF's to say.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from xml.parsers import expat

from bridge.offline.codes import OfflineCode
from bridge.offline.errors import InvoiceRefused
from bridge.offline.invoice import Invoice, parse_issue_date

MOST_BYTES = 3_000_000
"""An invoice with attachments; one without may have a third of it."""

_FA_2 = "http://crd.gov.pl/wzor/2023/06/29/12648/"
_FA_3 = "http://crd.gov.pl/wzor/2025/06/25/13775/"
_SEPARATOR = " "
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WHITE_SPACE = " \t\r\n"
_MOST_CHARACTERS = 64
_TOO_LONG = "…"

_ISSUE_DATE = "Fa/P_1"
_SELLER_NIP = "Podmiot1/DaneIdentyfikacyjne/NIP"
_DEEPEST = 3

# The last two code points of each plane but the first, whose own are no XML at all.
_NONCHARACTERS = "".join(
    chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)
)
_DISCOURAGED = re.compile(f"[\x7f-\x84\x86-\x9f\ufdd0-\ufdef{_NONCHARACTERS}]")
_LONG_NAMESPACE = re.compile(
    r"""xmlns(?::[^\s=]{201}|(?::[^\s=]{1,200})?\s*=\s*(?:"[^"]{257}|'[^']{257}))"""
)


def read_invoice_file(content: bytes) -> Invoice:
    """The invoice of a file, whose bytes are hashed as they are. Raises InvoiceRefused."""
    if len(content) > MOST_BYTES:
        raise InvoiceRefused(OfflineCode.INVOICE_FILE_TOO_LARGE, most=MOST_BYTES)
    text = _decoded(content)
    _check_characters(text)
    _check_namespaces(text)
    found = _Reader().read(content)
    return Invoice(
        seller_nip=found[_SELLER_NIP],
        issue_date=parse_issue_date(found[_ISSUE_DATE].strip(_WHITE_SPACE)),
        sha256=hashlib.sha256(content).digest(),
    )


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise InvoiceRefused(OfflineCode.INVOICE_FILE_NOT_UTF8) from None
    if content.startswith(_BYTE_ORDER_MARK):
        raise InvoiceRefused(OfflineCode.INVOICE_FILE_NOT_UTF8)
    return text


def _check_characters(text: str) -> None:
    if found := _DISCOURAGED.search(text):
        raise InvoiceRefused(
            OfflineCode.INVOICE_FILE_DISCOURAGED_CHARACTER, character=f"U+{ord(found[0]):04X}"
        )


def _check_namespaces(text: str) -> None:
    """Each name is given with its namespace, so that a long one would count thousands of times."""
    if found := _LONG_NAMESPACE.search(text):
        raise InvoiceRefused(
            OfflineCode.INVOICE_FILE_FORBIDDEN_CONTENT, content=f"{found[0][:_MOST_CHARACTERS]}…"
        )


@dataclass(slots=True)
class _Reader:
    """Walks through a document once; only the two fields are kept."""

    namespace: str = ""
    depth: int = 0
    path: list[str] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)

    def read(self, content: bytes) -> dict[str, str]:
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.buffer_text = True
        parser.XmlDeclHandler = _check_declaration
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.ProcessingInstructionHandler = _refuse_instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(content, True)
        except expat.ExpatError:
            raise InvoiceRefused(OfflineCode.INVOICE_FILE_NOT_XML) from None
        for name in (_ISSUE_DATE, _SELLER_NIP):
            if name not in self.found:
                raise InvoiceRefused(OfflineCode.INVOICE_FILE_FIELD_MISSING, field=name)
        return self.found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            # Character references are resolved here, after the file itself was looked through.
            _check_characters("".join(attributes.values()))
        if self.depth <= _DEEPEST:
            namespace, _, local_name = name.rpartition(_SEPARATOR)
            self._enter(namespace, local_name)
        self.depth += 1

    def _enter(self, namespace: str, local_name: str) -> None:
        if not self.depth:
            if local_name != "Faktura" or namespace not in {_FA_2, _FA_3}:
                raise InvoiceRefused(OfflineCode.INVOICE_FILE_SCHEMA_UNKNOWN)
            self.namespace = namespace
            return
        is_own = namespace == self.namespace
        self.path.append(local_name if is_own else f"{namespace}{_SEPARATOR}{local_name}")
        here = self._here()
        if here in {_ISSUE_DATE, _SELLER_NIP}:
            if here in self.found:
                raise InvoiceRefused(OfflineCode.INVOICE_FILE_FIELD_REPEATED, field=here)
            self.found[here] = ""

    def _text(self, text: str) -> None:
        _check_characters(text)
        here = self._here()
        if here in self.found:
            longer = self.found[here] + text
            self.found[here] = longer if len(longer) <= _MOST_CHARACTERS else _TOO_LONG

    def _here(self) -> str:
        return "/".join(self.path) if self.depth <= _DEEPEST + 1 else ""

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if 0 < self.depth <= _DEEPEST:
            self.path.pop()


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() != "utf-8":
        raise InvoiceRefused(OfflineCode.INVOICE_FILE_NOT_UTF8)


def _refuse_document_type(*_: object) -> None:
    raise InvoiceRefused(OfflineCode.INVOICE_FILE_FORBIDDEN_CONTENT, content="DOCTYPE")


def _refuse_instruction(*_: object) -> None:
    raise InvoiceRefused(OfflineCode.INVOICE_FILE_FORBIDDEN_CONTENT, content="<?…?>")
