"""Asks KSeF again where that does no harm and helps: a few times, and not in step with others."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bridge.ksef.errors import (
    KsefError,
    KsefRateLimited,
    KsefUnavailable,
    KsefUnreachable,
    UnreachableReason,
)
from bridge.ksef.operations import REPEATABLE
from bridge.ksef.transport import Answer, Request, Transport

LONGEST_PAUSES = (0.4, 1.5)
"""Seconds below which the pause before the second and the third attempt lies, at random."""

LATEST_ATTEMPT = 12.0
"""Seconds after the first attempt at which no further one begins."""

_LONGEST_OUTAGE = 3
_LONGEST_LIMIT = 2
_LASTING = frozenset(
    {
        UnreachableReason.NAME_NOT_RESOLVED,
        UnreachableReason.CERTIFICATE_NOT_TRUSTED,
        UnreachableReason.PROXY_FAILED,
    }
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Repetition:
    """At most three attempts of what may be repeated, one of what may not.

    Pauses have full jitter: many who were cut off at the same moment come back one by one.
    """

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def send(self, transport: Transport, request: Request) -> Answer:
        """The answer to `request`. Raises KsefError, that of the last attempt."""
        if request.operation not in REPEATABLE:
            return transport.send(request)
        end = self.clock() + LATEST_ATTEMPT
        for longest_pause in LONGEST_PAUSES:
            try:
                return transport.send(request)
            except KsefError as error:
                least_pause = _least_pause(error)
                if least_pause is None:
                    raise
                pause = least_pause + random.uniform(0, longest_pause)  # noqa: S311 - no secret
                if self.clock() + pause > end:
                    raise
                log.info("ksef-call-repeated", reason=str(error), pause=round(pause, 3))
            self.sleep(pause)
        return transport.send(request)


def _least_pause(error: KsefError) -> float | None:
    """Seconds after which another attempt may succeed; None when it would not, or not soon."""
    match error:
        case KsefUnreachable(reason=reason):
            return None if reason in _LASTING else 0
        case KsefUnavailable(retry_after=None):
            return 0
        case KsefUnavailable(retry_after=int(seconds)):
            return seconds if seconds <= _LONGEST_OUTAGE else None
        case KsefRateLimited(retry_after=seconds):
            return seconds if seconds <= _LONGEST_LIMIT else None
    return None
