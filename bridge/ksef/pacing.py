"""Keeps all processes of a host below KSeF's limits, and silent while KSeF says to wait.

KSeF counts 60 calls a second for each operation of a login and each client address, in sliding
windows (limity-api.md), and all workers, threads and bridges of a host share its address. Breaking
the limit costs more than waiting: the block is dynamic, grows, and is recorded.

The calls of an operation leave 20.5 ms apart. Hence any W milliseconds see at most W / 20.5 + 1
departures: 49 in a second. Sixty are passed only by a window of 1,230 ms: until the ways of two
calls to KSeF (waking up, a TLS handshake, the network) differ by 230 ms, no second of KSeF's holds
more than 60. Calls at once after a rest would have to be paid for by that margin or by the pace.

A login that KSeF has taken in is not given up for want of a turn: asking for its status may wait
longer than other calls, and whoever asks again and again looks at the queue before.

Operations of the group `other` KSeF counts by context besides: 10 a second, 30 a minute, 120 an
hour, all windows at once. After a rest 20 leave 150 ms apart, three of them at once, and from then
on one each 37.5 s. Hence at most 9 in a second, 22 in a minute and 116 in an hour: the rest is left
for what is not paced here, such as connection tests.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bridge.ksef.errors import KsefRateLimited, Operation
from bridge.ksef.operations import AUTHENTICATION_STATUS, SIXTY_A_SECOND
from bridge.ksef.schedules import Change, Schedule, Schedules, Value

FILE_NAME = "ksef-pacing"

LONGEST_WAIT = 5
"""Seconds that a call waits for its turn as a rule; one that had to wait longer is not made."""

LONGEST_HOLD = 3600
"""Seconds that a 429 is remembered, whatever KSeF, or a gateway before it, asks for."""

_MILLISECOND = 1_000_000
_SECOND = 1000 * _MILLISECOND
_APART = 20_500_000


@dataclass(frozen=True, slots=True)
class Limit:
    """One call of `operation` each `interval` nanoseconds, and `burst` at once after a rest.

    The generic cell rate algorithm (ITU-T I.371): any window of W nanoseconds sees at most
    W / interval + burst departures. `longest_wait` is in seconds.
    """

    operation: Operation
    name: str
    interval: int
    burst: int = 1
    longest_wait: int = LONGEST_WAIT

    @property
    def tolerance(self) -> int:
        """How long before its even moment a call may leave."""
        return (self.burst - 1) * self.interval

    def checked(self, schedule: Schedule, now: int) -> tuple[Schedule, None]:
        """Raises KsefRateLimited while KSeF bars the operation."""
        if schedule.held_until > now:
            raise self._not_now(schedule.held_until - now)
        return schedule, None

    def reserved(self, schedule: Schedule, now: int) -> tuple[Schedule, float]:
        """The schedule after the next turn was taken, and the seconds to wait for it.

        Raises KsefRateLimited when the wait were longer than `longest_wait`.
        """
        self.checked(schedule, now)
        wait = self._wait(schedule, now)
        if wait > self.longest_wait * _SECOND:
            raise self._not_now(wait)
        due = max(schedule.next_call, now)
        return replace(schedule, next_call=due + self.interval), wait / _SECOND

    def queue(self, schedule: Schedule, now: int) -> tuple[Schedule, float]:
        """The schedule as it is, and the seconds that a turn would have to be waited for."""
        return schedule, self._wait(schedule, now) / _SECOND

    def held(self, schedule: Schedule, now: int, seconds: int) -> tuple[Schedule, None]:
        """The schedule without calls for `seconds`."""
        until = now + min(seconds, LONGEST_HOLD) * _SECOND
        return replace(schedule, held_until=max(schedule.held_until, until)), None

    def credible(self, schedule: Schedule, now: int) -> Schedule:
        """The schedule without moments further ahead than any that is written.

        They are of a clock that was set back since, or of a damaged file.
        """
        if schedule.next_call > now + self.longest_wait * _SECOND + self.tolerance + self.interval:
            schedule = replace(schedule, next_call=0)
        if schedule.held_until > now + LONGEST_HOLD * _SECOND:
            schedule = replace(schedule, held_until=0)
        return schedule

    def _wait(self, schedule: Schedule, now: int) -> int:
        return max(0, schedule.next_call - self.tolerance - now)

    def _not_now(self, nanoseconds: int) -> KsefRateLimited:
        seconds = math.ceil(nanoseconds / _SECOND)
        return KsefRateLimited(self.operation, seconds, request_sent=False)


class Pacing:
    """When the processes of this host may call the KSeF at `base_url`; threads may share it.

    `context` names whose calls of the group `other` KSeF counts together; without it they are not
    paced. The state is in the file `ksef-pacing` of `folder`; several base URLs may share it.
    """

    def __init__(
        self, folder: Path, base_url: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._schedules = Schedules(folder / FILE_NAME)
        self._sleep = sleep

    def await_turn(self, operation: Operation, context: str | None = None) -> None:
        """Wait until `operation` may be called. Raises KsefRateLimited: it may not be."""
        wait = self.reserve(operation, context)
        if wait > 0:
            self._sleep(wait)
            # Another call may have been answered with 429 meanwhile.
            self.check(operation, context)

    def check(self, operation: Operation, context: str | None = None) -> None:
        """Raise KsefRateLimited while a 429 of `operation` is remembered; takes no turn."""
        for limit in self._limits(operation, context):
            self._update(limit, limit.checked)

    def reserve(self, operation: Operation, context: str | None = None) -> float:
        """Take the next turn of `operation`; the seconds to wait for it.

        Raises KsefRateLimited, without taking a turn, while a 429 is remembered and when the wait
        were longer than `LONGEST_WAIT`, or a minute for the status of a login.
        """
        limits = self._limits(operation, context)
        return max((self._update(limit, limit.reserved) for limit in limits), default=0.0)

    def queue(self, operation: Operation) -> float:
        """The seconds that a turn of `operation` would have to be waited for; takes none."""
        limits = self._limits(operation)
        return max((self._update(limit, limit.queue) for limit in limits), default=0.0)

    def hold(self, operation: Operation, seconds: int, context: str | None = None) -> None:
        """Remember that KSeF asks for `seconds` without calls of `operation`.

        Not for those of the group `other` that name no context: one company's limit must not keep
        another from logging out.
        """
        for limit in self._limits(operation, context):
            self._update(limit, partial(limit.held, seconds=seconds))

    def _update(self, limit: Limit, change: Change[Value]) -> Value:
        return self._schedules.update(
            limit.name, lambda schedule, now: change(limit.credible(schedule, now), now)
        )

    def _limits(self, operation: Operation, context: str | None = None) -> list[Limit]:
        name = f"{self._base_url} {operation}"
        if operation in SIXTY_A_SECOND:
            longest_wait = 60 if operation == AUTHENTICATION_STATUS else LONGEST_WAIT
            return [Limit(operation, name, _APART, longest_wait=longest_wait)]
        if context is None:
            return []
        return [
            Limit(operation, f"{name} {context} steady", 37_500 * _MILLISECOND, burst=20),
            Limit(operation, f"{name} {context} apart", 150 * _MILLISECOND, burst=3),
        ]
