"""Cold logins by the bridge's own sessions, in this process, and how often they commit."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Self

from sqlalchemy import Connection, Engine, event

from bridge.app import create_app
from bridge.counts import shared_counts
from bridge.logs import configure_logging
from bridge.sessions.sessions import Sessions
from bridge.settings import load_settings

_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_HAS_WRITTEN = "benchmark-has-written"


@contextlib.contextmanager
def bridge_sessions(environment: Mapping[str, str]) -> Iterator[Sessions]:
    """The sessions of a bridge that is set up as `ksef-bridge serve` does it."""
    configure_logging()
    settings = load_settings(environment)
    with shared_counts(settings.runtime_folder) as counts:
        sessions: Sessions = create_app(settings, counts).extensions["ksef-sessions"]
        yield sessions


class CommitCount:
    """Counts the commits to all databases of this process; one that wrote nothing is none."""

    def __init__(self) -> None:
        self.commits = 0

    def __enter__(self) -> Self:
        event.listen(Engine, "after_cursor_execute", self._executed)
        event.listen(Engine, "commit", self._committed)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "after_cursor_execute", self._executed)
        event.remove(Engine, "commit", self._committed)

    def _executed(
        self, connection: Connection, _cursor: Any, statement: str, *_more: object
    ) -> None:
        if not statement.lstrip().upper().startswith(_WRITING):
            return
        if connection.get_isolation_level() == "AUTOCOMMIT":
            self.commits += 1
        else:
            connection.info[_HAS_WRITTEN] = True

    def _committed(self, connection: Connection) -> None:
        # SQLAlchemy tells of a commit in autocommit, too, though none is sent.
        self.commits += bool(connection.info.pop(_HAS_WRITTEN, False))
