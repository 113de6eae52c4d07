"""Keeps calls of the group `other` below KSeF's limits in each context.

KSeF counts them by operation, context and client address: 10 a second, 30 a minute, 120 an hour,
all windows at once (limity-api.md). After a rest 20 leave 150 ms apart, three of them at once, and
from then on one each 37.5 s. Hence at most 9 in a second, 22 in a minute and 116 in an hour: the
rest is left for what is not paced here, such as connection tests.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from bridge.ksef.errors import Operation
from bridge.ksef.rates import Rate
from bridge.ksef.schedules import Schedules, key_of

FILE_NAME = "ksef-context-pacing"
# Two for each operation and context that was called within the last quarter of an hour.
_RECORDS = 2048
_STEADY = Rate(interval=37_500_000_000, burst=20)
_APART = Rate(interval=150_000_000, burst=3)


class ContextPacing:
    """When the processes of this host may call the KSeF at `base_url` for a context.

    Threads may share it; the state is in a file of `folder`, as that of `HostPacing`.
    """

    def __init__(
        self, folder: Path, base_url: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._schedules = Schedules(folder / FILE_NAME, _RECORDS)
        self._sleep = sleep

    def await_turn(self, operation: Operation, context: str) -> None:
        """Wait until `operation` may be called. Raises KsefRateLimited: not within seconds."""
        wait = self.reserve(operation, context)
        if wait > 0:
            self._sleep(wait)

    def reserve(self, operation: Operation, context: str) -> float:
        """Take the next turn; the seconds to wait for it.

        Raises KsefRateLimited while a 429 is remembered and when the wait were longer than
        `LONGEST_WAIT`.
        """
        return max(
            self._reserve(operation, self._key(operation, context, "steady"), _STEADY),
            self._reserve(operation, self._key(operation, context, "apart"), _APART),
        )

    def hold(self, operation: Operation, context: str, seconds: int) -> None:
        """Remember that KSeF asks for `seconds` without calls of `operation` in the context."""
        self._schedules.update(
            self._key(operation, context, "steady"),
            lambda schedule, now: (_STEADY.held(schedule, now, seconds), None),
        )

    def _reserve(self, operation: Operation, key: bytes, rate: Rate) -> float:
        return self._schedules.update(
            key, lambda schedule, now: rate.reserved(operation, schedule, now)
        )

    def _key(self, operation: Operation, context: str, kind: str) -> bytes:
        return key_of(f"{self._base_url} {operation} {context} {kind}")
