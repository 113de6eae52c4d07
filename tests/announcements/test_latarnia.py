"""What is made of Latarnia's answers, whatever they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.announcements.announced import Announced, Trouble, announcements_in
from bridge.announcements.announcements import Announcements
from bridge.announcements.codes import AnnouncementCode
from bridge.announcements.words import in_words
from bridge.credentials.environment import Environment
from bridge.messages import Catalogue
from tests.announcements.played_latarnia import FAILURE, MAINTENANCE, latarnia, settled
from tests.ksef.scripted_server import Reply, scripted_server
from tests.processes import free_port


def announced(folder: Path, status: Any, messages: Any) -> Announced:
    with scripted_server(latarnia(status, messages)) as server:
        return asked(folder, f"http://127.0.0.1:{server.port}/latarnia/test")


def asked(folder: Path, url: str) -> Announced:
    return settled(Announcements({Environment.TEST: url}, None, folder)).announced


def test_an_available_ksef_has_no_messages_beside_its_status(tmp_path: Path) -> None:
    found = announced(tmp_path, {"status": "AVAILABLE"}, [])
    assert (found.status, found.announcements, found.trouble) == ("AVAILABLE", (), None)
    assert found.answered_at == found.asked_at is not None


def test_each_message_is_told_once_current_ones_first(tmp_path: Path) -> None:
    status = {"status": "TOTAL_FAILURE", "messages": [FAILURE]}
    found = announced(tmp_path, status, [MAINTENANCE, FAILURE])
    assert [(each.id, each.is_current) for each in found.announcements] == [
        ("K/2026/AWR/02", True),
        ("K/2026/NI/01", False),
    ]
    maintenance = found.announcements[1]
    assert maintenance.start is not None
    assert maintenance.start.isoformat() == "2026-11-29T19:00:00+00:00"
    assert maintenance.text == "Prace serwisowe KSeF.\nPrzepraszamy."
    assert (maintenance.event_id, maintenance.version) == (1000, 2)
    assert found.announcements[0].end is None


def test_words_that_nobody_knows_yet_are_taken(tmp_path: Path) -> None:
    later = {**FAILURE, "category": "DEGRADED", "type": "DEGRADATION_START", "severity": [1, {}]}
    found = announced(tmp_path, {"status": "DEGRADED", "messages": [later], "x": None}, [])
    assert (found.status, found.announcements[0].category) == ("DEGRADED", "DEGRADED")
    words = in_words(Environment.PRODUCTION, found)
    assert words is not None
    assert "DEGRADED since 2026-11-29 13:27" in Catalogue.load().text(
        words.code, "en", words.params
    )


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (b"<html>", AnnouncementCode.ANSWER_UNREADABLE),
        (b"", AnnouncementCode.ANSWER_UNREADABLE),
        ([], AnnouncementCode.ANSWER_UNREADABLE),
        ({}, AnnouncementCode.ANSWER_UNREADABLE),
        ({"status": 5}, AnnouncementCode.ANSWER_UNREADABLE),
        ({"status": "<script>"}, AnnouncementCode.ANSWER_UNREADABLE),
        ({"status": "A" * 41}, AnnouncementCode.ANSWER_UNREADABLE),
        (b"[" * 100_000, AnnouncementCode.ANSWER_UNREADABLE),
        (b" " * 256 * 1024 + b'{"status":"AVAILABLE"}', AnnouncementCode.ANSWER_UNREADABLE),
        (Reply(502, b"<html>"), AnnouncementCode.UNAVAILABLE),
        (Reply(302, b"", {"Location": "/latarnia/messages"}), AnnouncementCode.UNAVAILABLE),
        (Reply(closes=True), AnnouncementCode.UNREACHABLE),
        (Reply(200, b"{", announced_length=100), AnnouncementCode.UNREACHABLE),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_answer_that_is_none(tmp_path: Path, status: Any, code: AnnouncementCode) -> None:
    found = announced(tmp_path, status, [])
    assert (found.status, found.announcements) == (None, ())
    assert found.trouble is not None
    assert found.trouble.code == code
    for language in ("pl", "en"):
        Catalogue.load().text(code, language, found.trouble.params)


def test_a_latarnia_that_is_away(tmp_path: Path) -> None:
    found = asked(tmp_path, f"http://127.0.0.1:{free_port()}")
    assert found.trouble == Trouble(AnnouncementCode.UNREACHABLE)
    assert found.asked_at is not None


def test_the_status_is_told_although_the_list_is_missing(tmp_path: Path) -> None:
    found = announced(tmp_path, {"status": "FAILURE", "messages": [FAILURE]}, Reply(503))
    assert (found.status, len(found.announcements)) == ("FAILURE", 1)
    assert found.trouble == Trouble(AnnouncementCode.UNAVAILABLE, {"httpStatus": 503})


HOSTILE: list[Any] = [
    None,
    5,
    "text",
    {},
    {"id": 7, "title": {"a": 1}, "text": [], "start": "yesterday", "end": 12, "version": True},
    {**FAILURE, "id": "long", "title": "a" * 10_000, "text": "b" * 100_000},
    {**FAILURE, "id": "hidden", "title": "a\u202eb\r\nc\x00\x1b[31m", "text": "a\u2028b\x07\nc"},
    {**FAILURE, "id": "half", "title": "\ud800"},
    {**FAILURE, "id": "times", "start": "0001-01-01T00:00:00+14:00", "end": "9999-12-31T23:59:59Z"},
    {**FAILURE, "id": "number", "eventId": 10**30, "version": 1.5},
    {**FAILURE, "id": "category", "category": "<b>", "type": "A B"},
]


def test_of_a_hostile_list_as_much_is_taken_as_can_be_shown(tmp_path: Path) -> None:
    found = announced(tmp_path, {"status": "FAILURE", "messages": HOSTILE}, HOSTILE * 2)
    assert found.trouble is None
    by_id = {each.id: each for each in found.announcements}
    assert (len(by_id["long"].title), len(by_id["long"].text)) == (200, 4000)
    assert (by_id["hidden"].title, by_id["hidden"].text) == ("a b c [31m", "a b \nc")
    assert by_id["half"].title == "?"
    assert by_id["number"].event_id is None
    assert (by_id["category"].category, by_id["category"].type) == ("", "")
    assert by_id[""].start is None
    # It can be kept, told in JSON and put into words.
    assert Announced.from_bytes(found.to_bytes()) == found
    json.dumps([each.as_json() for each in found.announcements]).encode()
    words = in_words(Environment.TEST, found)
    assert words is not None
    Catalogue.load().text(words.code, "pl", words.params)


def test_a_list_without_end_is_cut() -> None:
    many = [{**FAILURE, "id": str(number)} for number in range(5000)]
    assert len(announcements_in(many)) == 50


@pytest.mark.parametrize(
    ("status", "messages", "code", "said"),
    [
        ("AVAILABLE", [MAINTENANCE], "announced-nothing", "no failure"),
        ("MAINTENANCE", [], "announced-status", "unavailable for maintenance"),
        ("MAINTENANCE", [MAINTENANCE], "announced-until", "2026-11-29 20:00 to 2026-11-30 04:00"),
        ("TOTAL_FAILURE", [MAINTENANCE, FAILURE], "announced-since", "since 2026-11-29 13:27"),
    ],
)
def test_it_is_put_into_a_sentence(status: str, messages: list[Any], code: str, said: str) -> None:
    found = Announced(status, announcements_in(messages, are_current=True))
    words = in_words(Environment.DEMO, found)
    assert words is not None
    assert words.code == code
    text = Catalogue.load().text(code, "en", words.params)
    assert said in text
    assert "Demo, where such announcements are often invented" in text
    production = in_words(Environment.PRODUCTION, found)
    assert production is not None
    assert "invented" not in Catalogue.load().text(code, "en", production.params)


def test_a_missing_ca_file_is_told_and_stops_nothing(tmp_path: Path) -> None:
    urls = {Environment.TEST: "https://127.0.0.1:1"}
    look = settled(Announcements(urls, tmp_path / "no.pem", tmp_path))
    assert look.announced.trouble == Trouble(AnnouncementCode.UNREACHABLE)
