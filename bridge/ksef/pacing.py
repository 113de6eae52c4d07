"""Keeps all processes of a host below KSeF's limits, and silent while KSeF says to wait.

KSeF counts 60 calls a second for each operation of a login and each client address, in sliding
windows (limity-api.md), and all workers, threads and bridges of a host share its address. Breaking
the limit costs more than waiting: the block is dynamic, grows, and is recorded.

The calls of an operation leave 22 ms apart, with at most five at once after a rest (the generic
cell rate algorithm, ITU-T I.371). Hence any W milliseconds see at most (W + 4 · 22) / 22 + 1
departures: 50 in a second. Sixty are passed only by a window of 1,232 ms: until the ways of two
calls to KSeF (waking up, a TLS handshake, the network) differ by 230 ms, no second of KSeF's holds
more than 60.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import structlog

from bridge.ksef.errors import KsefRateLimited, Operation
from bridge.ksef.operations import SIXTY_A_SECOND
from bridge.ksef.pacing_file import KEY_LENGTH, Change, PacingFile, Schedule, Value

FILE_NAME = "ksef-pacing"
LONGEST_WAIT = 5
"""Seconds that a call waits for its turn; one that had to wait longer is not made."""

LONGEST_HOLD = 3600
"""Seconds that a 429 is remembered, whatever KSeF, or a gateway before it, asks for."""

_SECOND = 1_000_000_000
_INTERVAL = 22_000_000
_BURST = 5
_TOLERANCE = (_BURST - 1) * _INTERVAL
_LATEST_CALL = LONGEST_WAIT * _SECOND + _TOLERANCE + _INTERVAL

log = structlog.get_logger(__name__)


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
        self._file = PacingFile(folder / FILE_NAME)
        self._memory = _Memory()
        self._sleep = sleep
        self._keys: dict[Operation, bytes] = {}
        self._is_shared = True

    def await_turn(self, operation: Operation) -> None:
        """Wait until `operation` may be called. Raises KsefRateLimited: it may not be."""
        wait = self.reserve(operation)
        if wait > 0:
            self._sleep(wait)
            # Another call may have been answered with 429 meanwhile.
            self.check(operation)

    def check(self, operation: Operation) -> None:
        """Raise KsefRateLimited while a 429 of `operation` is remembered; takes no turn."""
        self._update(operation, lambda schedule, now: (_free(operation, schedule, now), None))

    def reserve(self, operation: Operation) -> float:
        """Take the next turn of `operation`; the seconds to wait for it.

        Raises KsefRateLimited, without taking a turn, while a 429 is remembered and when the wait
        were longer than `LONGEST_WAIT`.
        """

        def change(schedule: Schedule, now: int) -> tuple[Schedule, float]:
            schedule = _free(operation, schedule, now)
            if operation not in SIXTY_A_SECOND:
                return schedule, 0.0
            return _reserved(operation, schedule, now)

        return self._update(operation, change)

    def hold(self, operation: Operation, seconds: int) -> None:
        """Remember that KSeF asks for `seconds` without calls of `operation`.

        Not for those of the group `other`: they are counted by context, and one company's limit
        must not keep another from logging out.
        """
        if operation not in SIXTY_A_SECOND:
            return

        def change(schedule: Schedule, now: int) -> tuple[Schedule, None]:
            schedule = _credible(schedule, now)
            until = now + min(seconds, LONGEST_HOLD) * _SECOND
            return replace(schedule, held_until=max(schedule.held_until, until)), None

        self._update(operation, change)

    def _update(self, operation: Operation, change: Change[Value]) -> Value:
        key = self._key(operation)
        try:
            value = self._file.update(key, change)
        except OSError as error:
            if self._is_shared:
                log.error("ksef-pacing-not-shared", reason=str(error))
            self._is_shared = False
            return self._memory.update(key, change)
        self._is_shared = True
        return value

    def _key(self, operation: Operation) -> bytes:
        key = self._keys.get(operation)
        if key is None:
            text = f"{self._base_url} {operation}".encode()
            key = self._keys[operation] = hashlib.blake2b(text, digest_size=KEY_LENGTH).digest()
        return key


class _Memory:
    """The schedules of one process, for as long as it cannot share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._schedules: dict[bytes, Schedule] = {}

    def update(self, key: bytes, change: Change[Value]) -> Value:
        with self._lock:
            schedule = self._schedules.get(key, Schedule())
            self._schedules[key], value = change(schedule, time.monotonic_ns())
        return value


def _credible(schedule: Schedule, now: int) -> Schedule:
    """The schedule without moments further ahead than any that is written.

    They are of a clock that has begun anew since, or of a damaged file.
    """
    if schedule.next_call > now + _LATEST_CALL:
        schedule = replace(schedule, next_call=0)
    if schedule.held_until > now + LONGEST_HOLD * _SECOND:
        schedule = replace(schedule, held_until=0)
    return schedule


def _free(operation: Operation, schedule: Schedule, now: int) -> Schedule:
    """The schedule of an operation that KSeF does not bar. Raises KsefRateLimited."""
    schedule = _credible(schedule, now)
    if schedule.held_until > now:
        raise _not_now(operation, schedule.held_until - now)
    return schedule


def _reserved(operation: Operation, schedule: Schedule, now: int) -> tuple[Schedule, float]:
    due = max(schedule.next_call, now)
    wait = max(0, due - _TOLERANCE - now)
    if wait > LONGEST_WAIT * _SECOND:
        raise _not_now(operation, wait)
    return replace(schedule, next_call=due + _INTERVAL), wait / _SECOND


def _not_now(operation: Operation, nanoseconds: int) -> KsefRateLimited:
    return KsefRateLimited(operation, math.ceil(nanoseconds / _SECOND), request_sent=False)
