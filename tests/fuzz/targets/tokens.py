"""KSeF tokens as they are pasted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from bridge.credentials.environment import Environment
from bridge.credentials.token import inspect_token
from bridge.credentials.token_validity import TokenValidity
from tests.credentials.inspecting import assert_texts
from tests.fuzz.target import Prepared, Target

_VALIDITY = TokenValidity(date(2026, 12, 31), date(2028, 12, 31), date(2026, 11, 1))
_PROFILES = ((None, None), ("5265877635", None), ("5265877635", "5265877635-12346"))
_NUMBER = "20261115-EC-7FA3B1D200-AB12345F6A-EE"
_SECRET = "a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef0"
_TEXTS = (
    f"{_NUMBER}|nip-5265877635|{_SECRET}",
    f"{_NUMBER}|internalId-5265877635-12346|{_SECRET}",
    f"20270115-EC-7FA3B1D200-AB12345F6A-01|nip-987654321|{_SECRET}",
    f"„{_NUMBER}|nip–5265877635|\n{_SECRET}”.",
    _SECRET,
    "",
)


def _read(data: bytes) -> None:
    """The first octet chooses the profile; a caller's text is Unicode."""
    nip, internal_id = _PROFILES[(data[:1] or b"\0")[0] % len(_PROFILES)]
    inspection = inspect_token(
        data[1:].decode("utf-8", "replace"),
        environment=Environment.TEST,
        nip=nip,
        internal_id=internal_id,
        today=date(2026, 11, 29),
        validity=_VALIDITY,
    )
    assert_texts(inspection.findings)
    if inspection.token is not None:
        # It goes into a request in JSON and into a seal.
        inspection.token.reveal().decode("ascii")


@contextmanager
def _prepare() -> Iterator[Prepared]:
    yield Prepared(
        _read,
        [bytes([profile]) + text.encode() for text in _TEXTS for profile in range(len(_PROFILES))],
    )


TARGET = Target(
    "tokens",
    _prepare,
    (b"|", b"nip-", b"internalId-", "–".encode(), "ﷺ".encode(), "٣".encode(), b"\xe2\x80\x8b"),
    10_000,
)
