"""Cold logins by the bridge's own sessions, in this process, and how often they write."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Self

from sqlalchemy import Engine, event

from bridge.app import create_app
from bridge.counts import shared_counts
from bridge.logs import configure_logging
from bridge.sessions.sessions import Sessions
from bridge.settings import load_settings

_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@contextlib.contextmanager
def bridge_sessions(environment: Mapping[str, str]) -> Iterator[Sessions]:
    """The sessions of a bridge that is set up as `ksef-bridge serve` does it."""
    configure_logging()
    settings = load_settings(environment)
    with shared_counts(settings.runtime_folder) as counts:
        sessions: Sessions = create_app(settings, counts).extensions["ksef-sessions"]
        yield sessions


class WriteCount:
    """Counts the statements by which this process changes rows in any database."""

    def __init__(self) -> None:
        self.writes = 0

    def __enter__(self) -> Self:
        event.listen(Engine, "after_cursor_execute", self._executed)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "after_cursor_execute", self._executed)

    def _executed(self, _connection: object, cursor: Any, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith(_WRITING) and cursor.rowcount > 0:
            self.writes += 1
