"""What nobody asks for: requests go on by themselves, and old ones are forgotten."""

from __future__ import annotations

import random
import threading
import time

import structlog

from bridge.enrolment.carrying_on import CarryingOn
from bridge.enrolment.pace import KEPT
from bridge.state.errors import BridgeError, LeaseLost

_PAUSE_SECONDS = 1.0
_PAUSE_WITHOUT_DATABASE = 30.0
_SECONDS_FOR_ONE = 2.0
_ROUNDS_BETWEEN_CLEANING = 600

log = structlog.get_logger(__name__)


class EnrolmentRounds:
    """Looks for what is due, in every worker: leases keep them apart."""

    def __init__(self, carrying_on: CarryingOn) -> None:
        self._carrying_on = carrying_on

    def start(self) -> None:
        """Run in the background until the process ends."""
        threading.Thread(target=self._run, name="enrolments", daemon=True).start()

    def once(self) -> None:
        """Carry on what is due. Raises TryLater when the state database is away."""
        if self._carrying_on.logins.home.is_away():
            return
        for certificate_id in self._carrying_on.store.due():
            try:
                self._carrying_on.carry_on(certificate_id, time.monotonic() + _SECONDS_FOR_ONE)
            except (BridgeError, LeaseLost):
                continue
            except Exception as error:  # noqa: BLE001 - one must not keep the others waiting
                log.error("enrolment-failed", certificate=certificate_id, type=type(error).__name__)

    def forget_old(self) -> None:
        """Remove what nobody has collected for as long as KSeF keeps it. Raises TryLater."""
        removed = self._carrying_on.store.forget_older_than(KEPT)
        if removed:
            log.info("enrolments-removed", rows=removed)

    def _run(self) -> None:
        number = 0
        pause = _PAUSE_SECONDS
        while True:
            # Workers that started together do not look together.
            time.sleep(random.uniform(0.5, 1.5) * pause)  # noqa: S311
            pause = _PAUSE_SECONDS
            number += 1
            try:
                self.once()
                if number % _ROUNDS_BETWEEN_CLEANING == 1:
                    self.forget_old()
            except BridgeError:
                pause = _PAUSE_WITHOUT_DATABASE
            except Exception as error:  # noqa: BLE001 - the next round may do better
                log.error("enrolment-round-failed", type=type(error).__name__)
