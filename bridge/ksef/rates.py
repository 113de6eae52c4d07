"""How close to each other calls may leave: the generic cell rate algorithm (ITU-T I.371)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from bridge.ksef.errors import KsefRateLimited, Operation
from bridge.ksef.pacing_file import Schedule

LONGEST_WAIT = 5
"""Seconds that a call waits for its turn as a rule; one that had to wait longer is not made."""

LONGEST_HOLD = 3600
"""Seconds that a 429 is remembered, whatever KSeF, or a gateway before it, asks for."""

SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """One call each `interval` nanoseconds, and `burst` at once after a rest.

    Any window of W nanoseconds sees at most W / interval + burst departures. `longest_wait` is in
    seconds.
    """

    interval: int
    burst: int
    longest_wait: int = LONGEST_WAIT

    @property
    def tolerance(self) -> int:
        """How long before its even moment a call may leave."""
        return (self.burst - 1) * self.interval

    def free(self, operation: Operation, schedule: Schedule, now: int) -> Schedule:
        """The schedule of an operation that KSeF does not bar. Raises KsefRateLimited."""
        schedule = self._credible(schedule, now)
        if schedule.held_until > now:
            raise _not_now(operation, schedule.held_until - now)
        return schedule

    def reserved(
        self, operation: Operation, schedule: Schedule, now: int
    ) -> tuple[Schedule, float]:
        """The schedule after the next turn was taken, and the seconds to wait for it.

        Raises KsefRateLimited when the wait were longer than `longest_wait`.
        """
        schedule = self.free(operation, schedule, now)
        wait = self._wait(schedule, now)
        if wait > self.longest_wait * SECOND:
            raise _not_now(operation, wait)
        due = max(schedule.next_call, now)
        return replace(schedule, next_call=due + self.interval), wait / SECOND

    def queue(self, schedule: Schedule, now: int) -> float:
        """The seconds that a turn taken now would have to be waited for."""
        return self._wait(self._credible(schedule, now), now) / SECOND

    def held(self, schedule: Schedule, now: int, seconds: int) -> Schedule:
        """The schedule without calls for `seconds`."""
        schedule = self._credible(schedule, now)
        until = now + min(seconds, LONGEST_HOLD) * SECOND
        return replace(schedule, held_until=max(schedule.held_until, until))

    def _wait(self, schedule: Schedule, now: int) -> int:
        return max(0, schedule.next_call - self.tolerance - now)

    def _credible(self, schedule: Schedule, now: int) -> Schedule:
        """The schedule without moments further ahead than any that is written.

        They are of a clock that has begun anew since, or of a damaged file.
        """
        if schedule.next_call > now + self.longest_wait * SECOND + self.tolerance + self.interval:
            schedule = replace(schedule, next_call=0)
        if schedule.held_until > now + LONGEST_HOLD * SECOND:
            schedule = replace(schedule, held_until=0)
        return schedule


def _not_now(operation: Operation, nanoseconds: int) -> KsefRateLimited:
    return KsefRateLimited(operation, math.ceil(nanoseconds / SECOND), request_sent=False)
