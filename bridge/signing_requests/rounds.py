"""What nobody asks for: documents expire, logins go on, and sessions end in time."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta

import structlog

from bridge.signing_requests.progress import Progress
from bridge.state.errors import BridgeError, LeaseLost

_PAUSE_SECONDS = 5.0
_PAUSE_WITHOUT_DATABASE = 30.0
_SECONDS_FOR_ONE = 5.0
# As long as a refresh token, and with it what is to be revoked, may live.
_KEPT = timedelta(days=8)

log = structlog.get_logger(__name__)


class SigningRequestRounds:
    """Looks for what is due, in every worker: leases keep them apart."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def start(self) -> None:
        """Run in the background until the process ends."""
        threading.Thread(target=self._run, name="signing-requests", daemon=True).start()

    def once(self) -> None:
        """Carry on what is due. Raises TryLater when the state database is away."""
        if self._progress.logins.home.is_away():
            return
        for request_id in self._progress.store.due():
            try:
                self._progress.carry_on(request_id, time.monotonic() + _SECONDS_FOR_ONE)
            except (BridgeError, LeaseLost):
                continue
            except Exception as error:  # noqa: BLE001 - one must not keep the others waiting
                log.error("signing-request-failed", request=request_id, type=type(error).__name__)
        self._progress.store.forget_older_than(_KEPT)

    def _run(self) -> None:
        pause = _PAUSE_SECONDS
        while True:
            # Workers that started together do not look together.
            time.sleep(random.uniform(0.5, 1.5) * pause)  # noqa: S311
            pause = _PAUSE_SECONDS
            try:
                self.once()
            except BridgeError:
                pause = _PAUSE_WITHOUT_DATABASE
            except Exception as error:  # noqa: BLE001 - the next round may do better
                log.error("signing-request-round-failed", type=type(error).__name__)
