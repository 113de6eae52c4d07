"""The rounds that a worker makes by itself: each row has its turn, and cleaning is rare."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from structlog.testing import capture_logs

from bridge.state.errors import TryLater
from bridge.state.home import HomeGuard
from bridge.state.rounds import Rounds

_KEPT = timedelta(days=30)


class AtHome:
    def is_away(self) -> bool:
        return False


@dataclass
class Rows:
    """Two rows that are always due; whoever asks for the tenth time waits for ever."""

    asked: int = 0
    forgotten: list[timedelta] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def due(self) -> list[str]:
        self.asked += 1
        if self.asked == 10:
            self.enough.set()
            threading.Event().wait()
        return ["one", "two"]

    def forget_older_than(self, age: timedelta) -> int:
        self.forgotten.append(age)
        return 3


@dataclass
class Work:
    """Fails for `one` as it is told to."""

    failure: Exception | None = None
    carried_on: list[str] = field(default_factory=list)

    def carry_on(self, row_id: str, _end: float) -> None:
        if row_id == "one" and self.failure is not None:
            raise self.failure
        self.carried_on.append(row_id)


def rounds_of(rows: Rows, work: Work) -> Rounds:
    return Rounds(
        subject="enrolment",
        id_name="certificate",
        home=cast(HomeGuard, AtHome()),
        rows=rows,
        carry_on=work.carry_on,
        pause_seconds=0.001,
        seconds_for_one=1.0,
        kept=_KEPT,
    )


def test_old_rows_are_not_removed_in_every_round() -> None:
    rows = Rows()
    rounds_of(rows, Work()).start()
    assert "enrolments" in {thread.name for thread in threading.enumerate()}
    assert rows.enough.wait(10)
    assert rows.forgotten == [_KEPT]


def test_a_row_that_fails_keeps_no_other_waiting() -> None:
    for failure, told in (
        (TryLater("state-unreachable"), []),
        (
            KeyError("secret"),
            [
                {
                    "event": "enrolment-failed",
                    "certificate": "one",
                    "type": "KeyError",
                    "log_level": "error",
                }
            ],
        ),
    ):
        work = Work(failure)
        with capture_logs() as logs:
            rounds_of(Rows(), work).once()
        assert (work.carried_on, logs) == (["two"], told)


def test_what_was_removed_is_logged() -> None:
    with capture_logs() as logs:
        rounds_of(Rows(), Work()).forget_old()
    assert logs == [{"event": "enrolments-removed", "rows": 3, "log_level": "info"}]
