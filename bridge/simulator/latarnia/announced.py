"""What is announced, in Latarnia's own form; nothing until a test says what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from bridge.simulator import clock
from bridge.simulator.request_body import Body

AVAILABLE = "AVAILABLE"
_Category = Literal["FAILURE", "TOTAL_FAILURE", "MAINTENANCE"]
_Type = Literal["FAILURE_START", "FAILURE_END", "MAINTENANCE_ANNOUNCEMENT"]
_Moment = Annotated[AwareDatetime, Field(strict=False)]


class PlayedMessage(Body):
    """One of Latarnia's messages; number and time of publication are given to it if it has none."""

    id: str | None = None
    event_id: int = 1000
    category: _Category
    type: _Type
    title: str
    text: str
    start: _Moment
    end: _Moment | None = None
    version: int = 1
    published: _Moment | None = None

    def as_json(self, number: int) -> dict[str, Any]:
        kind = "NI" if self.category == "MAINTENANCE" else "AWR"
        published = self.published or clock.now()
        shown = {
            "id": self.id or f"K/{published.year}/{kind}/{number:02}",
            "category": self.category,
            "type": self.type,
            "title": self.title,
            "text": self.text,
            "start": _shown(self.start),
            "end": None if self.end is None else _shown(self.end),
            "published": _shown(published),
            "eventId": self.event_id,
            "version": self.version,
        }
        return {name: value for name, value in shown.items() if value is not None}


class Played(Body):
    """What is announced from now on; with `httpStatus` Latarnia is away itself."""

    status: Literal["AVAILABLE", "MAINTENANCE", "FAILURE", "TOTAL_FAILURE"] = "AVAILABLE"
    messages: list[PlayedMessage] = Field(default_factory=list)
    http_status: Annotated[int, Field(ge=400, le=599)] | None = None


class Latarnia:
    """One environment's announcements, and how often the status was asked for."""

    def __init__(self) -> None:
        self.asked = 0
        self.play(Played())

    def play(self, played: Played) -> None:
        """Announce this and nothing else."""
        self.status = played.status
        self.http_status = played.http_status
        self.messages = [each.as_json(n) for n, each in enumerate(played.messages, 1)]

    def current(self) -> list[dict[str, Any]]:
        """The messages that are about the status."""
        return [each for each in self.messages if each["category"] == self.status]


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
