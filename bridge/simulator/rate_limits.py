"""How many calls KSeF allows: sliding windows per endpoint.

Source: limity/limity-api.md and `x-rate-limits` of OpenAPI 2.6.0. All windows of an endpoint hold
at once. A call of the group `other` is counted by context and client address, all others by
client address alone; a refused call is not counted.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from time import monotonic

from bridge.credentials.context import ContextIdentifier
from bridge.simulator.errors import TooManyRequests


@dataclass(frozen=True, slots=True)
class Window:
    """At most `calls` calls in `seconds` seconds."""

    calls: int
    seconds: int
    name: str


_AUTHENTICATION = (Window(60, 1, "sekundę"),)
_OTHER = (Window(10, 1, "sekundę"), Window(30, 60, "minutę"), Window(120, 3600, "godzinę"))

_SIXTY_PER_SECOND = frozenset(
    {
        "POST /auth/challenge",
        "POST /auth/xades-signature",
        "POST /auth/ksef-token",
        "GET /auth/{referenceNumber}",
        "POST /auth/token/redeem",
        "POST /auth/token/refresh",
        "GET /security/public-key-certificates",
    }
)
_TEST_DATA_LIKE_OTHER = frozenset(
    {"POST /testdata/context/block", "POST /testdata/context/unblock"}
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose calls are counted together."""

    client_ip: str
    context: ContextIdentifier | None


class RateLimits:
    """The calls of the last hour; `refused` counts those over a limit since the start."""

    def __init__(self) -> None:
        self.enabled = True
        self.refused = 0
        self._calls: dict[tuple[str, Caller], deque[float]] = {}

    def count(self, endpoint: str, caller: Caller) -> None:
        """Count a call to `endpoint` (`"GET /tokens"`); raises `TooManyRequests` over a limit."""
        if not self.enabled:
            return
        windows = _windows_of(endpoint)
        if windows is not _OTHER:
            caller = Caller(caller.client_ip, None)
        calls = self._calls.setdefault((endpoint, caller), deque())
        now = monotonic()
        _forget(calls, now - windows[-1].seconds)
        try:
            for window in windows:
                _check(calls, window, now)
        except TooManyRequests:
            self.refused += 1
            raise
        calls.append(now)


def _windows_of(endpoint: str) -> tuple[Window, ...]:
    path = endpoint.partition(" ")[2]
    if endpoint in _SIXTY_PER_SECOND:
        return _AUTHENTICATION
    if path.startswith("/testdata/") and endpoint not in _TEST_DATA_LIKE_OTHER:
        return _AUTHENTICATION
    return _OTHER


def _forget(calls: deque[float], oldest: float) -> None:
    while calls and calls[0] <= oldest:
        calls.popleft()


def _check(calls: deque[float], window: Window, now: float) -> None:
    recent = [moment for moment in calls if moment > now - window.seconds]
    if len(recent) < window.calls:
        return
    wait = max(1, math.ceil(recent[-window.calls] + window.seconds - now))
    raise TooManyRequests(
        wait,
        f"Przekroczono limit {window.calls} żądań na {window.name}. "
        f"Spróbuj ponownie po {wait} sekundach.",
    )
