"""Keeps all processes of a host below KSeF's limits, and silent while KSeF says to wait.

KSeF counts 60 calls a second for each operation of a login and each client address, in sliding
windows (limity-api.md), and all workers, threads and bridges of a host share its address. Breaking
the limit costs more than waiting: the block is dynamic, grows, and is recorded.

The calls of an operation leave 22 ms apart, with at most five at once after a rest. Hence any W
milliseconds see at most (W + 4 · 22) / 22 + 1 departures: 50 in a second. Sixty are passed only by
a window of 1,232 ms: until the ways of two calls to KSeF (waking up, a TLS handshake, the network)
differ by 230 ms, no second of KSeF's holds more than 60.

A login that KSeF has taken in is not given up for want of a turn: asking for its status may wait
longer than other calls, and whoever asks again and again looks at the queue before. These calls
leave 25 ms apart, four at once: many logins that wait for KSeF use up their pace for minutes on
end, and at 40 a second the ways of two calls may differ by 400 ms.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from bridge.ksef.errors import Operation
from bridge.ksef.operations import AUTHENTICATION_STATUS, SIXTY_A_SECOND
from bridge.ksef.pacing_file import Change, Schedule, Value
from bridge.ksef.rates import Rate
from bridge.ksef.schedules import Schedules, key_of

FILE_NAME = "ksef-pacing"
_RECORDS = 128
_RATE = Rate(interval=22_000_000, burst=5)
_POLLS = Rate(interval=25_000_000, burst=4, longest_wait=60)


class HostPacing:
    """When the processes of this host may call the KSeF at `base_url`; threads may share it.

    The state is in the file `ksef-pacing` of `folder`, which is made with mode 0700 if it is not
    there; several base URLs may share it. While the file cannot be used, the log says so once and
    each process keeps the pace by itself.
    """

    def __init__(
        self, folder: Path, base_url: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._schedules = Schedules(folder / FILE_NAME, _RECORDS)
        self._sleep = sleep
        self._keys: dict[Operation, bytes] = {}

    def await_turn(self, operation: Operation) -> None:
        """Wait until `operation` may be called. Raises KsefRateLimited: it may not be."""
        wait = self.reserve(operation)
        if wait > 0:
            self._sleep(wait)
            # Another call may have been answered with 429 meanwhile.
            self.check(operation)

    def check(self, operation: Operation) -> None:
        """Raise KsefRateLimited while a 429 of `operation` is remembered; takes no turn."""
        self._update(
            operation,
            lambda schedule, now: (_rate_of(operation).free(operation, schedule, now), None),
        )

    def reserve(self, operation: Operation) -> float:
        """Take the next turn of `operation`; the seconds to wait for it.

        Raises KsefRateLimited, without taking a turn, while a 429 is remembered and when the wait
        were longer than `LONGEST_WAIT`, or a minute for the status of a login.
        """

        def change(schedule: Schedule, now: int) -> tuple[Schedule, float]:
            if operation not in SIXTY_A_SECOND:
                return _RATE.free(operation, schedule, now), 0.0
            return _rate_of(operation).reserved(operation, schedule, now)

        return self._update(operation, change)

    def queue(self, operation: Operation) -> float:
        """The seconds that a turn of `operation` would have to be waited for; takes none."""
        rate = _rate_of(operation)
        return self._update(operation, lambda schedule, now: (schedule, rate.queue(schedule, now)))

    def hold(self, operation: Operation, seconds: int) -> None:
        """Remember that KSeF asks for `seconds` without calls of `operation`.

        Not for those of the group `other`: they are counted by context, and one company's limit
        must not keep another from logging out.
        """
        if operation in SIXTY_A_SECOND:
            self._update(
                operation,
                lambda schedule, now: (_rate_of(operation).held(schedule, now, seconds), None),
            )

    def _update(self, operation: Operation, change: Change[Value]) -> Value:
        return self._schedules.update(self._key(operation), change)

    def _key(self, operation: Operation) -> bytes:
        key = self._keys.get(operation)
        if key is None:
            key = self._keys[operation] = key_of(f"{self._base_url} {operation}")
        return key


def _rate_of(operation: Operation) -> Rate:
    return _POLLS if operation == AUTHENTICATION_STATUS else _RATE
