"""Latarnia's answers, what is made of them, and the file in which they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

from bridge.announcements import latarnia
from bridge.announcements.announced import Announced
from bridge.announcements.latarnia import Latarnia, NoAnswer
from bridge.announcements.words import in_words
from bridge.api.announcements import AnnouncementBody
from bridge.credentials.environment import Environment
from tests.fuzz.target import Prepared, Target
from tests.fuzz.targets.answers import Answers, answer_as_data, answer_of
from tests.fuzz.told import assert_told

_NOW = datetime(2026, 11, 29, tzinfo=UTC)
_MESSAGES = [
    {
        "id": f"m-{category}",
        "eventId": 7,
        "category": category,
        "type": kind,
        "title": "Awaria  KSeF",
        "text": "Trwa\nawaria.\u200b",
        "start": "2026-11-29T10:00:00+01:00",
        "end": None if kind == "FAILURE_START" else "2026-11-29T12:00:00Z",
        "version": 2,
        "published": "2026-11-29T09:00:00.1234567Z",
    }
    for category, kind in (
        ("FAILURE", "FAILURE_START"),
        ("TOTAL_FAILURE", "FAILURE_END"),
        ("MAINTENANCE", "MAINTENANCE_ANNOUNCEMENT"),
    )
]


@contextmanager
def _prepare() -> Iterator[Prepared]:
    with patch.object(latarnia, "Connections", Answers):
        asked = Latarnia("http://127.0.0.1:1", None)

    def read(data: bytes) -> None:
        """Both questions get the same answer: a list is no status, and an object no messages."""
        Answers.answer = answer_of(data)
        try:
            answer = asked.ask()
        except NoAnswer as none:
            assert_told(none.trouble.code, none.trouble.params)
            return
        announced = Announced(answer.status, answer.announcements, _NOW, _NOW, answer.trouble)
        assert Announced.from_bytes(announced.to_bytes()) == announced
        if (words := in_words(Environment.TEST, announced)) is not None:
            assert_told(words.code, words.params)
        for each in announced.announcements:
            AnnouncementBody.of(each).model_dump_json(by_alias=True).encode()

    answers = [
        {"status": "FAILURE", "messages": _MESSAGES},
        {"status": "TOTAL_FAILURE", "messages": _MESSAGES[:1]},
        {"status": "AVAILABLE"},
        _MESSAGES,
    ]
    yield Prepared(read, [answer_as_data(json.dumps(each).encode()) for each in answers])


TARGET = Target(
    "latarnia",
    _prepare,
    (
        b"null",
        b'""',
        b'"\\ud800"',
        b"true",
        b"9999-12-31T23:59:59Z",
        b"0001-01-01T00:00:00",
        b"1e9",
    ),
)
