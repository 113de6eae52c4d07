"""What is announced in one sentence, for where KSeF cannot be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bridge.announcements.announced import AVAILABLE, Announced, Announcement
from bridge.announcements.codes import AnnouncementCode
from bridge.credentials.environment import Environment
from bridge.ksef.message_codes import MessageCode

AWAY: frozenset[str] = frozenset({MessageCode.UNREACHABLE, MessageCode.UNAVAILABLE})
"""The codes that say that KSeF cannot be reached, or answers with an error of its own."""

_WARSAW = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True, slots=True)
class AnnouncedWords:
    """A code of the message catalogue with what fills its text."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_trouble(self) -> bool:
        """Whether anything but that all is well is announced."""
        return self.code != AnnouncementCode.NOTHING


def in_words(environment: Environment, announced: Announced) -> AnnouncedWords | None:
    """What KSeF says of its own state; None when that is not known."""
    if announced.status is None:
        return None
    where = {"announcingEnvironment": environment.value}
    if announced.status == AVAILABLE:
        return AnnouncedWords(AnnouncementCode.NOTHING, where)
    params = {**where, "announcedStatus": announced.status}
    told = _foremost(announced)
    if told is None or told.start is None:
        return AnnouncedWords(AnnouncementCode.STATUS, params)
    params |= {"since": _by_warsaw(told.start), "title": told.title or told.id or "–"}
    if told.end is None:
        return AnnouncedWords(AnnouncementCode.SINCE, params)
    return AnnouncedWords(AnnouncementCode.UNTIL, {**params, "until": _by_warsaw(told.end)})


def _foremost(announced: Announced) -> Announcement | None:
    """The current message that the status comes from, or else the first."""
    current = [each for each in announced.announcements if each.is_current]
    fitting = [each for each in current if each.category == announced.status]
    return next(iter(fitting or current), None)


def _by_warsaw(moment: datetime) -> str:
    return f"{moment.astimezone(_WARSAW):%Y-%m-%d %H:%M}"
