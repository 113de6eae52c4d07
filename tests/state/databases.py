"""State databases of a test's own, and their time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, bindparam
from sqlalchemy.engine import make_url

from bridge.state.clock import Clock
from bridge.state.database import StateDatabase, connect


@dataclass
class Time:
    """The database's time in milliseconds; it passes when a test says so."""

    now: int = 1_800_000_000_000

    @property
    def clock(self) -> Clock:
        return Clock(bindparam("now", type_=BigInteger), lambda: {"now": self.now})

    def pass_by(self, duration: timedelta) -> None:
        self.now += int(duration.total_seconds() * 1000)


def state_at(url: str, clock: Clock | None = None) -> StateDatabase:
    """A state database whose tables are made."""
    database = StateDatabase(connect(make_url(url)), clock)
    database.create_tables()
    return database
