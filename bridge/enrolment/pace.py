"""When something is to be done next for a request: soon at first, then less and less often."""

from __future__ import annotations

from datetime import timedelta

from bridge.enrolment.state import Enrolment, Phase

# KSeF certifies within seconds as a rule; on a bad day one question in five minutes and endpoint
# leaves room for 10 requests of a context (120 calls an hour).
_ASKING_KSEF = (1, 1, 2, 4, 8, 15, 30, 60, 120, 300)
# EspoCRM stores the seal at once when all is well; looking costs one read of its database.
_LOOKING_AT_ESPOCRM = (0.5, 0.5, 1, 1, 2, 2, 5, 10, 30, 60)


def pause_after(enrolment: Enrolment) -> timedelta:
    """How long to wait after as many attempts in vain as the enrolment counts."""
    is_waiting_for_espocrm = enrolment.phase is Phase.PREPARED
    pauses = _LOOKING_AT_ESPOCRM if is_waiting_for_espocrm else _ASKING_KSEF
    return timedelta(seconds=pauses[min(enrolment.attempts, len(pauses) - 1)])


FIRST_LOOK = timedelta(seconds=_LOOKING_AT_ESPOCRM[0])

NOT_RECEIVED_AFTER = timedelta(seconds=30)
"""When KSeF, asked again and again, lists no certificate for so long, a request whose answer
was lost was not received, unless KSeF's own count of requests says otherwise."""

NOT_SENT_AFTER = timedelta(seconds=60)
"""The same for a request of which EspoCRM's record alone is left, so that there is no count."""

FAILED_AFTER = timedelta(hours=1)
"""After so long a request that KSeF seems to have counted has come to nothing, or the count was
another's."""

KEPT = timedelta(days=30)
"""As long as KSeF keeps the status of a request."""
