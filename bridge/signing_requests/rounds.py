"""Documents expire, logins go on, and sessions end in time, by themselves."""

from __future__ import annotations

from datetime import timedelta

from bridge.signing_requests.progress import Progress
from bridge.state.rounds import Rounds

# As long as a refresh token, and with it what is to be revoked, may live.
_KEPT = timedelta(days=8)


def signing_request_rounds(progress: Progress) -> Rounds:
    return Rounds(
        subject="signing-request",
        id_name="request",
        home=progress.logins.home,
        rows=progress.store,
        carry_on=progress.carry_on,
        pause_seconds=5.0,
        seconds_for_one=5.0,
        kept=_KEPT,
    )
