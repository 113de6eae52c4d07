"""The bytes that a password may have been when it encrypted a key.

Programs and systems encode letters beyond ASCII differently: Windows takes cp1250, its console
cp852, old Linux ISO 8859-2, and macOS takes letters apart (NFD).
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import TypeVar

from bridge.credentials.errors import PasswordWrong
from bridge.credentials.secret import Secret

MOST_SECONDS = 0.5
"""Processor time after which no other encoding of a password is begun."""

_ENCODINGS = ("cp1250", "iso8859-2", "cp852")
_Opened = TypeVar("_Opened")


def opened_with(password: Secret | None, opening: Callable[[Secret | None], _Opened]) -> _Opened:
    """What `opening` returns for the first encoding of the password that fits.

    Raises PasswordWrong when none does, and whatever else `opening` raises.
    """
    begun = time.process_time()
    for encoded in _encodings(password):
        try:
            return opening(encoded)
        except PasswordWrong:
            if time.process_time() - begun > MOST_SECONDS:
                break
    raise PasswordWrong


def without_line_ends(password: Secret | None) -> Secret | None:
    """The password without the line ends after it; none when nothing else is there."""
    cleaned = password.reveal().rstrip(b"\r\n") if password else b""
    return Secret(cleaned) if cleaned else None


def _encodings(password: Secret | None) -> Iterator[Secret | None]:
    """The password as it was sent, then otherwise encoded, each once."""
    yield password
    if password is None or password.reveal().isascii():
        return
    tried = {password.reveal()}
    for encoded in _otherwise(password.reveal_text()):
        if encoded not in tried:
            tried.add(encoded)
            yield Secret(encoded)


def _otherwise(password: str) -> Iterator[bytes]:
    composed = unicodedata.normalize("NFC", password)
    yield composed.encode()
    yield unicodedata.normalize("NFD", password).encode()
    for encoding in _ENCODINGS:
        try:
            yield composed.encode(encoding)
        except UnicodeEncodeError:
            continue
    # PKCS #12 by OpenSSL before 1.1.0 took each octet of UTF-8 for a character.
    yield composed.encode().decode("latin-1").encode()
