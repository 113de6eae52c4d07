"""Latarnia, the Ministry's service beside KSeF that announces its failures and its maintenance.

`GET /status` and `GET /messages`, both open to everybody (repository CIRFMF/ksef-latarnia). It has
been away for hours while KSeF worked, is guarded by a security service that answers 403, and plays
failures that never were on the Test and Demo environments.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError

from bridge import __version__
from bridge.announcements.announced import (
    Announcement,
    Trouble,
    announcements_in,
    merged,
    word_of,
)
from bridge.announcements.codes import AnnouncementCode
from bridge.ksef.connections import AnswerTooLarge, Connections, NotConnected
from bridge.ksef.json_object import ContractBroken, JsonObject, json_value

_SECONDS = 3.0
_LARGEST_ANSWER = 256 * 1024
_HEADERS = {"Accept": "application/json", "User-Agent": f"ksef-bridge/{__version__}"}


class NoAnswer(Exception):
    """Latarnia gave no answer that can be read; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.code)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class LatarniaAnswer:
    """An environment's status with all that is announced; `trouble` if part of it is missing."""

    status: str
    announcements: tuple[Announcement, ...]
    trouble: Trouble | None = None


class Latarnia:
    """One environment's Latarnia."""

    def __init__(self, url: str, ca_file: Path | None) -> None:
        """Raises OSError when `ca_file` cannot be read."""
        self._path = urlsplit(url).path.rstrip("/")
        self._connections = Connections(url, ca_file, _SECONDS, _SECONDS, _LARGEST_ANSWER)

    def ask(self) -> LatarniaAnswer:
        """What is announced right now. Raises NoAnswer."""
        try:
            answer = JsonObject.of(self._answer("/status"))
        except ContractBroken:
            raise _unreadable() from None
        status = word_of(answer, "status")
        if status is None:
            raise _unreadable()
        # It has no messages while KSeF is available.
        current = announcements_in(answer.fields.get("messages"), are_current=True)
        try:
            published = announcements_in(self._answer("/messages"), are_current=False)
        except NoAnswer as missing:
            return LatarniaAnswer(status, merged(current), missing.trouble)
        return LatarniaAnswer(status, merged(current, published))

    def close(self) -> None:
        """Close the connection."""
        self._connections.close()

    def _answer(self, path: str) -> object:
        try:
            answer = self._connections.exchange("GET", self._path + path, None, _HEADERS)
        except AnswerTooLarge:
            raise _unreadable() from None
        except (NotConnected, HTTPError):
            raise NoAnswer(Trouble(AnnouncementCode.UNREACHABLE)) from None
        if answer.status != 200:
            raise NoAnswer(Trouble(AnnouncementCode.UNAVAILABLE, {"httpStatus": answer.status}))
        try:
            return json_value(answer.body)
        except ContractBroken:
            raise _unreadable() from None


def _unreadable() -> NoAnswer:
    return NoAnswer(Trouble(AnnouncementCode.ANSWER_UNREADABLE))
