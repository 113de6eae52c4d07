"""What Latarnia has announced for one environment, and the form in which it is kept.

Latarnia's answers are read as if somebody else had written them: texts are shortened and freed of
what does not show, words that are not known are taken, and a message of which little can be read
is shown with that little.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.ksef.json_object import ContractBroken, JsonObject, json_value

AVAILABLE = "AVAILABLE"
ASKED_EVERY = timedelta(minutes=5)
GOOD_FOR = timedelta(hours=1)
"""How long an answer says what is, when none has come since."""

_ASKED_WITHIN = timedelta(seconds=20)
_MOST_ANNOUNCEMENTS = 50
_LONGEST_TITLE = 200
_LONGEST_TEXT = 4000
_WORD = re.compile(r"[A-Za-z0-9_-]{1,40}")
_HIDDEN = re.compile(
    r"[^\S\n]+|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+"
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One of Latarnia's messages; what it leaves out is empty or None.

    `event_id` is the same in all that are about one event, and `version` grows when a message is
    corrected. `category` is FAILURE, TOTAL_FAILURE or MAINTENANCE, `type` FAILURE_START,
    FAILURE_END or MAINTENANCE_ANNOUNCEMENT; both may be words that are not known yet. `is_current`
    ones stand beside the status.
    """

    id: str
    event_id: int | None
    category: str
    type: str
    title: str
    text: str
    start: datetime | None
    end: datetime | None
    version: int | None
    published: datetime | None
    is_current: bool

    @classmethod
    def of(cls, message: JsonObject, *, is_current: bool) -> Announcement:
        """As much of the message as can be read."""
        return cls(
            id=_text(message, "id", 100),
            event_id=_number(message, "eventId"),
            category=word_of(message, "category") or "",
            type=word_of(message, "type") or "",
            title=" ".join(_text(message, "title", _LONGEST_TITLE).split()),
            text=_text(message, "text", _LONGEST_TEXT),
            start=_moment(message, "start"),
            end=_moment(message, "end"),
            version=_number(message, "version"),
            published=_moment(message, "published"),
            is_current=is_current,
        )

    def as_json(self) -> dict[str, Any]:
        """In Latarnia's own form, with `isCurrent`."""
        return {
            "id": self.id,
            "eventId": self.event_id,
            "category": self.category,
            "type": self.type,
            "title": self.title,
            "text": self.text,
            "start": _told(self.start),
            "end": _told(self.end),
            "version": self.version,
            "published": _told(self.published),
            "isCurrent": self.is_current,
        }


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why Latarnia has not answered: a code of the message catalogue."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Announced:
    """What was announced last, and when Latarnia was asked; `trouble` if it did not answer then.

    `status` is AVAILABLE, MAINTENANCE, FAILURE, TOTAL_FAILURE or a word that is not known yet; None
    until an answer has come. Moments are in UTC.
    """

    status: str | None = None
    announcements: tuple[Announcement, ...] = ()
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    trouble: Trouble | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether Latarnia may be asked again; also when the clock was put back since."""
        return self.asked_at is None or not self.asked_at <= now < self.asked_at + ASKED_EVERY

    def is_being_asked(self, now: datetime) -> bool:
        """Whether an answer is awaited; whoever asked may have been killed meanwhile."""
        if self.is_due(now):
            return True
        is_open = self.trouble is None and self.answered_at != self.asked_at
        return is_open and self.asked_at is not None and now < self.asked_at + _ASKED_WITHIN

    def being_asked(self, now: datetime) -> Announced:
        """The same while Latarnia is asked."""
        return replace(self, asked_at=now, trouble=None)

    def failed(self, trouble: Trouble) -> Announced:
        """The same after Latarnia gave no answer."""
        return replace(self, trouble=trouble)

    def known(self, now: datetime) -> Announced:
        """The same without an answer that is too old to say what is."""
        if self.answered_at is not None and self.answered_at <= now < self.answered_at + GOOD_FOR:
            return self
        return Announced(asked_at=self.asked_at, trouble=self.trouble)

    def to_bytes(self) -> bytes:
        """The form in which it is kept."""
        trouble = self.trouble and {"code": self.trouble.code, "params": dict(self.trouble.params)}
        return json.dumps(
            {
                "status": self.status,
                "messages": [each.as_json() for each in self.announcements],
                "askedAt": _told(self.asked_at),
                "answeredAt": _told(self.answered_at),
                "trouble": trouble,
            }
        ).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Announced:
        """What `to_bytes` gave. Raises ContractBroken."""
        fields = JsonObject.of(json_value(kept))
        trouble = fields.optional_value("trouble", _trouble)
        return cls(
            status=word_of(fields, "status"),
            announcements=announcements_in(fields.fields.get("messages")),
            asked_at=fields.optional_moment("askedAt"),
            answered_at=fields.optional_moment("answeredAt"),
            trouble=trouble,
        )


def announcements_in(
    messages: object, *, are_current: bool | None = None
) -> tuple[Announcement, ...]:
    """The messages of a list, the first fifty of them; `are_current` unless each says so itself."""
    listed = messages if isinstance(messages, list) else []
    objects = [JsonObject(each) for each in listed if isinstance(each, dict)]
    return tuple(
        Announcement.of(
            each,
            is_current=each.fields.get("isCurrent") is True if are_current is None else are_current,
        )
        for each in objects[:_MOST_ANNOUNCEMENTS]
    )


def merged(*lists: Iterable[Announcement]) -> tuple[Announcement, ...]:
    """Each message once, as the first list has it: what is current, then the latest."""
    by_id: dict[str, Announcement] = {}
    for each in (each for announcements in lists for each in announcements):
        by_id.setdefault(each.id, each)
    earliest = datetime.min.replace(tzinfo=UTC)
    return tuple(
        sorted(
            by_id.values(),
            key=lambda each: (each.is_current, each.published or each.start or earliest),
            reverse=True,
        )[:_MOST_ANNOUNCEMENTS]
    )


def word_of(message: JsonObject, name: str) -> str | None:
    """A word like FAILURE, known or not; None when there is no such word."""
    value = message.fields.get(name)
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


def _text(message: JsonObject, name: str, longest: int) -> str:
    value = message.fields.get(name)
    if not isinstance(value, str):
        return ""
    # JSON may hold halves of surrogate pairs, which nothing else takes.
    shown = value[: 4 * longest].encode("utf-8", "replace").decode("utf-8")
    return _HIDDEN.sub(" ", shown).strip()[:longest]


def _number(message: JsonObject, name: str) -> int | None:
    with suppress(ContractBroken):
        return message.integer(name)
    return None


def _moment(message: JsonObject, name: str) -> datetime | None:
    with suppress(ContractBroken):
        return message.optional_moment(name)
    return None


def _trouble(kept: JsonObject) -> Trouble:
    params = kept.object("params").fields
    return Trouble(
        kept.word("code"),
        {name: value for name, value in params.items() if isinstance(value, str | int)},
    )


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
