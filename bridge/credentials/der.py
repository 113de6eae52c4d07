"""A small reader of ASN.1 in DER and in the BER that old PKCS #12 files use (ITU-T X.690).

It only finds out how data is built: which of many things a file is, how many rounds of key
derivation it asks for, and whether decrypted bytes are one whole structure. Everything else is
read by `cryptography`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OBJECT_IDENTIFIER = 0x06
SEQUENCE = 0x30
CONTEXT_0 = 0xA0

CONSTRUCTED = 0x20
"""The bit by which BER tells a string that is cut into pieces from one that is whole."""

_DEEPEST = 24
_LONGEST_INTEGER = 9
_LONGEST_IDENTIFIER = 64


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
        return tuple(_elements(self.content, 0))

    def octets(self) -> bytes:
        """The content of a string that BER may have cut into pieces. Raises Malformed."""
        if not self.tag & CONSTRUCTED:
            return self.content
        return b"".join(child.octets() for child in self.children())

    def integer(self) -> int:
        """The value of an INTEGER of up to 64 bits. Raises Malformed."""
        if self.tag != INTEGER or not 0 < len(self.content) <= _LONGEST_INTEGER:
            raise Malformed
        return int.from_bytes(self.content, signed=True)

    def object_identifier(self) -> str:
        """The value of an OBJECT IDENTIFIER in dotted form. Raises Malformed."""
        is_whole = 0 < len(self.content) <= _LONGEST_IDENTIFIER and self.content[-1] < 0x80
        if self.tag != OBJECT_IDENTIFIER or not is_whole:
            raise Malformed
        arcs, value = [], 0
        for octet in self.content:
            value = value << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def read(data: bytes) -> Element:
    """The element at the start of `data`, whatever follows it. Raises Malformed."""
    return _read(data, 0, 0)[0]


def is_one_sequence(data: bytes) -> bool:
    """Whether `data` is one SEQUENCE of exactly this length."""
    try:
        element = read(data)
    except Malformed:
        return False
    return element.tag == SEQUENCE and len(element.encoding) == len(data)


def groups(element: Element, depth: int = 0) -> Iterator[tuple[Element, ...]]:
    """The children of `element`, and theirs, and so on.

    An OCTET STRING that is one SEQUENCE counts as its parent: PKCS #12 wraps its parts so. Raises
    Malformed.
    """
    if depth > _DEEPEST:
        raise Malformed
    children: tuple[Element, ...] = ()
    if element.tag & ~CONSTRUCTED == OCTET_STRING:
        octets = element.octets()
        if is_one_sequence(octets):
            children = (read(octets),)
    elif element.tag & CONSTRUCTED:
        children = element.children()
    if children:
        yield children
    for child in children:
        yield from groups(child, depth + 1)


def _elements(data: bytes, depth: int) -> Iterator[Element]:
    position = 0
    while position < len(data):
        element, position = _read(data, position, depth)
        yield element


def _read(data: bytes, start: int, depth: int) -> tuple[Element, int]:
    if start + 2 > len(data) or depth > _DEEPEST:
        raise Malformed
    tag, length = data[start], data[start + 1]
    if tag & 0x1F == 0x1F:
        raise Malformed
    body = start + 2
    if length == 0x80:
        return _read_indefinite(data, start, depth)
    if length > 0x80:
        octets = length & 0x7F
        length = int.from_bytes(data[body : body + octets])
        body += octets
    end = body + length
    if end > len(data):
        raise Malformed
    return Element(tag, data[body:end], data[start:end]), end


def _read_indefinite(data: bytes, start: int, depth: int) -> tuple[Element, int]:
    """A constructed element that ends with two zero octets (X.690 section 8.1.3.6)."""
    if not data[start] & CONSTRUCTED:
        raise Malformed
    position = start + 2
    while data[position : position + 2] != b"\0\0":
        _, position = _read(data, position, depth + 1)
    end = position + 2
    return Element(data[start], data[start + 2 : position], data[start:end]), end
