"""How often a watched key file is looked at and read, and what the log says of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bridge.keys import watched_key_file
from bridge.keys.codes import Damage
from bridge.keys.errors import KeyFileDamaged, KeyFileMissing, KeyFileUnreadable
from bridge.keys.watched_key_file import WatchedKeyFile


class Reading:
    """Reads a text, counts how often, and finds it damaged, unreadable or missing when told."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, path: Path) -> str:
        self.times += 1
        if not path.exists():
            raise KeyFileMissing(path, "a command")
        text = path.read_text()
        if text.startswith("damaged"):
            raise KeyFileDamaged(path, Damage.INCOMPLETE)
        if text.startswith("unreadable"):
            raise KeyFileUnreadable(path, "OSError")
        return text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text("first")
    return path


def test_a_file_is_read_once_for_each_change(path: Path) -> None:
    reading = Reading()
    watched = WatchedKeyFile(path, reading)
    for times, (text, in_force) in enumerate(
        [("second", "second"), ("damaged", "second"), ("third", "third")], start=2
    ):
        path.write_text(text)
        assert [watched.latest() for _ in range(3)] == [in_force] * 3
        assert reading.times == times


def test_an_unchanged_file_is_not_read_again(path: Path) -> None:
    reading = Reading()
    watched = WatchedKeyFile(path, reading)
    assert [watched.latest(), watched.current()] == ["first"] * 2
    assert reading.times == 1


def test_current_looks_once_a_second(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0

    class Time:
        @staticmethod
        def monotonic() -> float:
            return now

    monkeypatch.setattr(watched_key_file, "time", Time)
    watched = WatchedKeyFile(path, Reading())
    path.write_text("second")
    now += 0.9
    assert watched.current() == "first"
    now += 0.2
    assert watched.current() == "second"
    path.write_text("third")
    now += 0.9
    assert watched.current() == "second"
    assert watched.latest() == "third"
    path.write_text("fourth")
    now += 0.9
    assert watched.current() == "third", "latest has looked, too"
    now += 0.2
    assert watched.current() == "fourth"


def test_current_looks_again_in_real_time(path: Path) -> None:
    watched = WatchedKeyFile(path, Reading())
    path.write_text("second")
    end = time.monotonic() + 5
    while watched.current() != "second":
        assert time.monotonic() < end
        time.sleep(0.05)


def test_each_damage_is_logged_with_what_stays_in_force(path: Path) -> None:
    watched = WatchedKeyFile(path, Reading())
    with capture_logs() as logged:
        for text in ("damaged", "damaged again"):
            path.write_text(text)
            assert [watched.latest() for _ in range(3)] == ["first"] * 3
    expected = {
        "event": "key-file-unusable",
        "log_level": "error",
        "reason": f"{path} is damaged: an entry is incomplete; restore it from your backup",
        "in_force": "the last good content",
    }
    assert logged == [expected] * 2


def test_a_repaired_file_is_logged(path: Path) -> None:
    watched = WatchedKeyFile(path, Reading())
    path.write_text("damaged")
    watched.latest()
    with capture_logs() as logged:
        path.write_text("repaired")
        assert watched.latest() == "repaired"
    expected = {"event": "key-file-reloaded", "log_level": "info", "path": str(path)}
    assert logged == [expected]


@pytest.mark.parametrize(
    ("when_gone", "in_force", "content"),
    [(None, "the last good content", "first"), ("no keys", "nothing", "no keys")],
)
def test_each_removal_is_logged_with_what_is_in_force_then(
    path: Path, when_gone: str | None, in_force: str, content: str
) -> None:
    watched = WatchedKeyFile(path, Reading(), when_gone=when_gone)
    with capture_logs() as logged:
        for _ in range(2):
            path.unlink()
            assert [watched.latest() for _ in range(3)] == [content] * 3
            path.write_text("first")
            assert watched.latest() == "first"
    reason = f"{path} does not exist; make it with `a command`"
    said = [each for each in logged if each["event"] == "key-file-unusable"]
    assert [(each["reason"], each["in_force"]) for each in said] == [(reason, in_force)] * 2


def test_a_file_removed_after_the_system_refused_it_is_gone(path: Path) -> None:
    watched = WatchedKeyFile(path, Reading(), when_gone="no keys")
    path.write_text("unreadable")
    assert watched.latest() == "first"
    path.unlink()
    assert watched.latest() == "no keys"
