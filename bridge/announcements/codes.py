"""The codes of this package (`bridge/messages/catalogue/latarnia.json`)."""

from __future__ import annotations

from enum import StrEnum


class AnnouncementCode(StrEnum):
    """What is announced, or why that is not known."""

    NOTHING = "announced-nothing"
    STATUS = "announced-status"
    SINCE = "announced-since"
    UNTIL = "announced-until"

    OFF = "latarnia-off"
    UNREACHABLE = "latarnia-unreachable"
    UNAVAILABLE = "latarnia-unavailable"
    ANSWER_UNREADABLE = "latarnia-answer-unreadable"
