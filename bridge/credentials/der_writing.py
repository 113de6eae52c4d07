"""A small writer of ASN.1 in DER (ITU-T X.690), for what `cryptography` does not write.

It cannot be told the rounds of a key derivation, and it refuses names that are longer than 64
octets where X.520 counts characters.
"""

from __future__ import annotations

from bridge.credentials.der import (
    BIT_STRING,
    CONTEXT_0,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
)

_NULL = 0x05
_UTF8_STRING = 0x0C
_PRINTABLE_STRING = 0x13
_SET = 0x31
_LONG_FORM = 0x80


def sequence(*elements: bytes) -> bytes:
    return _element(SEQUENCE, b"".join(elements))


def set_of_one(element: bytes) -> bytes:
    return _element(_SET, element)


def context_0(*elements: bytes) -> bytes:
    """The constructed element with the context-specific tag 0."""
    return _element(CONTEXT_0, b"".join(elements))


def integer(value: int) -> bytes:
    """A number that is not negative."""
    return _element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def object_identifier(dotted: str) -> bytes:
    first, second, *others = map(int, dotted.split("."))
    arcs = (first * 40 + second, *others)
    return _element(OBJECT_IDENTIFIER, b"".join(_base_128(arc) for arc in arcs))


def null() -> bytes:
    return _element(_NULL, b"")


def octet_string(content: bytes) -> bytes:
    return _element(OCTET_STRING, content)


def bit_string(content: bytes) -> bytes:
    """Whole octets of bits."""
    return _element(BIT_STRING, b"\0" + content)


def utf8_string(text: str) -> bytes:
    return _element(_UTF8_STRING, text.encode())


def printable_string(text: str) -> bytes:
    """A text of the few characters that X.680 section 41.4 lists."""
    return _element(_PRINTABLE_STRING, text.encode("ascii"))


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < _LONG_FORM:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, _LONG_FORM | len(length))) + length + content


def _base_128(value: int) -> bytes:
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(value & 0x7F | 0x80)
    return bytes(reversed(octets))
