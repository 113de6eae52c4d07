"""How ASN.1 is built, in DER and in the BER that old PKCS #12 files use (ITU-T X.690).

Only what tells one file from another; what is inside is read by `cryptography` and asn1crypto.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from asn1crypto import core, parser

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OBJECT_IDENTIFIER = 0x06
SEQUENCE = 0x30
CONTEXT_0 = 0xA0


class Malformed(ValueError):
    """The bytes are not ASN.1, or not all of it."""


@dataclass(frozen=True, slots=True)
class Element:
    """One type-length-value; `tag` is the identifier octet, `encoding` all of its bytes."""

    tag: int
    content: bytes = field(repr=False)
    encoding: bytes = field(repr=False)

    def children(self) -> tuple[Element, ...]:
        """The elements inside. Raises Malformed."""
        return tuple(_elements(self.content))

    def object_identifier(self) -> str:
        """The value of an OBJECT IDENTIFIER in dotted form. Raises Malformed."""
        try:
            return str(core.ObjectIdentifier.load(self.encoding).dotted)
        except ValueError:
            raise Malformed from None


def read(data: bytes) -> Element:
    """The element at the start of `data`, whatever follows it. Raises Malformed."""
    try:
        _, _, _, header, content, trailer = parser.parse(data)
    except ValueError:
        raise Malformed from None
    return Element(header[0], content, header + content + trailer)


def is_one_sequence(data: bytes) -> bool:
    """Whether `data` is one SEQUENCE of exactly this length."""
    try:
        element = read(data)
    except Malformed:
        return False
    return element.tag == SEQUENCE and len(element.encoding) == len(data)


def _elements(data: bytes) -> Iterator[Element]:
    position = 0
    while position < len(data):
        element = read(data[position:])
        yield element
        position += len(element.encoding)
