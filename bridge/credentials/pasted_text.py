"""What becomes of PEM and base64 on their way through editors, JSON, e-mail and terminals.

Only what is certain is undone: no character that is removed here belongs to PEM or base64.
"""

from __future__ import annotations

import base64
import re

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_LOOKED_AT = 64
# JSON and source code write a line end as \n, some JSON a slash as \/ and a plus as \u002B.
_ESCAPE = re.compile(r"(?<!\\)\\+(?:u([0-9A-Fa-f]{4})|([^\\]))")
_LINE_ENDS = frozenset("nrt")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_QUOTES_AND_INVISIBLE = dict.fromkeys(map(ord, "\"'`´„”“’‘‚«»>\ufeff\u200b\u200c\u200d\u2060\xad"))
_OF_URLS = str.maketrans("-_", "+/")
_DATA_URL = re.compile(r"data:[^,]{0,100};base64,", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2}:?)+")


def text_of(content: bytes) -> str:
    """The file as text; one that is none becomes text that means nothing."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    return content.decode(_without_mark(content), errors="replace")


def _without_mark(content: bytes) -> str:
    """UTF-16 shows by its zeros: PEM and base64 are ASCII."""
    even, odd = content[:_LOOKED_AT:2], content[1:_LOOKED_AT:2]
    if odd and not any(odd) and all(even):
        return "utf-16-le"
    if even and not any(even) and all(odd):
        return "utf-16-be"
    return "utf-8"


def cleaned(text: str) -> str:
    """The text with escapes resolved, plain dashes, and without quotes and invisible characters."""
    resolved = _ESCAPE.sub(_character, text) if "\\" in text else text
    return resolved.translate(_DASHES).translate(_QUOTES_AND_INVISIBLE)


def decode_base64(text: str) -> bytes | None:
    """The octets of base64 or base64url (RFC 4648), broken into lines or not, padded or not."""
    compact = "".join(text.split()).translate(_OF_URLS).rstrip("=")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except ValueError:
        return None


def decode_bare(text: str) -> bytes | None:
    """The octets of a text that is nothing but base64, a data URL, or hexadecimal digits."""
    compact = _DATA_URL.sub("", "".join(text.split()), count=1)
    if compact[:2] == "30" and _HEXADECIMAL.fullmatch(compact):
        return bytes.fromhex(compact.replace(":", ""))
    return decode_base64(compact)


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return "\n" if escape[2] in _LINE_ENDS else escape[2]
