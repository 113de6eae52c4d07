"""How many calls an API key makes, over all workers of a host.

Counted like the calls to KSeF, in a small file of the runtime folder: where that cannot be used,
each process counts by itself, and nobody is refused for it.
"""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

from bridge.ksef.schedules import Schedule, Schedules

FILE_NAME = "api-key-rates"

_SECOND = 1_000_000_000
_MINUTE = 60 * _SECOND
_AT_ONCE = 10 * _SECOND


class CallRates:
    """Threads may share them, but not across a fork."""

    def __init__(self, folder: Path) -> None:
        self._schedules = Schedules(folder / FILE_NAME)

    def seconds_until_next(self, key_id: str, calls_per_minute: int) -> int:
        """0, and the call is counted; or how long the key has to wait, and it is not.

        After a rest as many calls may be made at once as ten seconds give, one at least.
        """
        interval = _MINUTE // calls_per_minute
        return self._schedules.update(key_id, partial(_counted, interval=interval))


def _counted(schedule: Schedule, now: int, interval: int) -> tuple[Schedule, int]:
    """The generic cell rate algorithm (ITU-T I.371), for calls that do not wait."""
    tolerance = max(0, _AT_ONCE - interval)
    # One further ahead is of a clock that was set back since.
    credible = schedule.next_call <= now + tolerance + interval
    next_call = schedule.next_call if credible else 0
    wait = next_call - tolerance - now
    if wait > 0:
        return schedule, math.ceil(wait / _SECOND)
    return Schedule(next_call=max(next_call, now) + interval), 0
