"""What nobody asks for: what is due goes on by itself, round after round, and old rows go."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from bridge.state.errors import BridgeError, LeaseLost
from bridge.state.home import HomeGuard

_PAUSE_WITHOUT_DATABASE = 30.0
_SECONDS_BETWEEN_CLEANING = 600.0

log = structlog.get_logger(__name__)


class DueRows(Protocol):
    """Methods raise TryLater when the state database is away."""

    def due(self) -> list[str]:
        """The ids for which something is to be done now."""

    def forget_older_than(self, age: timedelta) -> int:
        """Remove what was begun before `age`; how many."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Looks for what is due, in every worker: leases keep them apart.

    `subject` names log events and the thread, `id_name` an id in the log. `carry_on` takes an id,
    and until when (monotonic clock) it may take.
    """

    subject: str
    id_name: str
    home: HomeGuard
    rows: DueRows
    carry_on: Callable[[str, float], None]
    pause_seconds: float
    seconds_for_one: float
    kept: timedelta

    def start(self) -> None:
        """Run in the background until the process ends."""
        threading.Thread(target=self._run, name=f"{self.subject}s", daemon=True).start()

    def once(self) -> None:
        """Carry on what is due. Raises TryLater when the state database is away."""
        if self.home.is_away():
            return
        for each in self.rows.due():
            try:
                self.carry_on(each, time.monotonic() + self.seconds_for_one)
            except (BridgeError, LeaseLost):
                continue
            except Exception as error:  # noqa: BLE001 - one must not keep the others waiting
                told = {self.id_name: each, "type": type(error).__name__}
                log.error(f"{self.subject}-failed", **told)

    def forget_old(self) -> None:
        """Remove what is older than it is kept. Raises TryLater."""
        removed = self.rows.forget_older_than(self.kept)
        if removed:
            log.info(f"{self.subject}s-removed", rows=removed)

    def _run(self) -> None:
        pause = self.pause_seconds
        clean_at = time.monotonic()
        while True:
            # Workers that started together do not look together.
            time.sleep(random.uniform(0.5, 1.5) * pause)  # noqa: S311
            pause = self.pause_seconds
            try:
                self.once()
                if time.monotonic() >= clean_at:
                    self.forget_old()
                    clean_at = time.monotonic() + _SECONDS_BETWEEN_CLEANING
            except BridgeError:
                pause = _PAUSE_WITHOUT_DATABASE
            except Exception as error:  # noqa: BLE001 - the next round may do better
                log.error(f"{self.subject}-round-failed", type=type(error).__name__)
