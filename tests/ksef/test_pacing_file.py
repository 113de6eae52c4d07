"""What may happen to the file in which the processes of a host keep their pace."""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import CapturingLogger

from bridge.ksef import schedules
from bridge.ksef.errors import KsefRateLimited
from bridge.ksef.operations import CHALLENGE, REDEEM, SUBMIT_KSEF_TOKEN
from bridge.ksef.pacing import FILE_NAME, Pacing
from tests.ksef.paced_calls import URL, is_paced, waits

LOCKER = """
import sqlite3, sys, time
sqlite3.connect(sys.argv[1], isolation_level=None).execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(60)
"""


@pytest.fixture
def logger(monkeypatch: pytest.MonkeyPatch) -> CapturingLogger:
    capturing = CapturingLogger()
    monkeypatch.setattr(schedules, "log", capturing)
    return capturing


def test_only_the_user_of_the_bridge_sees_the_file(host: Pacing, folder: Path) -> None:
    host.reserve(CHALLENGE)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        b"\0" * 4096,
        b"\xff" * 4096,
        b"# a foreign file\n" * 1000,
        b"ksef-pacing 1\0\0\0" + bytes(4080),
    ],
)
@pytest.mark.parametrize("is_open", [False, True])
def test_a_foreign_file_is_replaced(
    host: Pacing, folder: Path, logger: CapturingLogger, content: bytes, is_open: bool
) -> None:
    if is_open:
        host.reserve(REDEEM)
    folder.mkdir(exist_ok=True)
    (folder / FILE_NAME).write_bytes(content)
    assert is_paced(host)
    assert Pacing(folder, URL).reserve(CHALLENGE) > 0
    assert logger.calls == []


@pytest.mark.parametrize(
    "table", ["CREATE TABLE schedule (other)", "CREATE VIEW schedule AS SELECT 1"]
)
def test_a_database_of_another_form_is_replaced(host: Pacing, folder: Path, table: str) -> None:
    folder.mkdir()
    with contextlib.closing(sqlite3.connect(folder / FILE_NAME)) as other:
        other.execute(table)
    assert is_paced(host)
    assert Pacing(folder, URL).reserve(CHALLENGE) > 0


@pytest.mark.parametrize("damage", [b"\x7f", b"\0", b"\xff", b"text"])
@pytest.mark.parametrize("offset", [20, 100, 4096, 4096 + 8, 7000, 8000])
def test_damaged_pages_do_no_harm(host: Pacing, folder: Path, offset: int, damage: bytes) -> None:
    host.reserve(CHALLENGE)
    file = folder / FILE_NAME
    content = file.read_bytes()
    assert len(content) == 8192
    file.write_bytes((content[:offset] + damage * 8192)[:8192])
    assert host.reserve(CHALLENGE) >= 0
    assert is_paced(host, REDEEM)
    assert Pacing(folder, URL).reserve(REDEEM) > 0


@pytest.mark.parametrize("moments", ["'text', 'text'", "NULL, NULL", "1.5, x'00'"])
def test_moments_that_are_no_numbers_do_no_harm(host: Pacing, folder: Path, moments: str) -> None:
    host.reserve(CHALLENGE)
    changed(folder, f"next_call, held_until) = ({moments}")
    assert is_paced(host)


def changed(folder: Path, assignment: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / FILE_NAME)) as other, other:
        assert other.execute(f"UPDATE schedule SET ({assignment})").rowcount == 1  # noqa: S608


def test_a_file_for_many_addresses_forgets_what_has_passed(folder: Path) -> None:
    """A record that is still of use is not given up."""
    held = Pacing(folder, URL)
    held.hold(CHALLENGE, 30)
    for number in range(300):
        assert Pacing(folder, f"http://127.0.0.1:{number}/v2").reserve(REDEEM) == 0
    assert (folder / FILE_NAME).stat().st_size < 20_000
    with pytest.raises(KsefRateLimited):
        held.reserve(CHALLENGE)


def test_the_file_is_opened_once(host: Pacing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening it takes ten times as long as a turn."""
    opened: list[object] = []
    connect = schedules._connected

    def counted(path: Path) -> sqlite3.Connection:
        opened.append(path)
        return connect(path)

    monkeypatch.setattr(schedules, "_connected", counted)
    assert is_paced(host)
    assert len(opened) == 1


def test_the_file_is_deleted_under_running_processes(host: Pacing, folder: Path) -> None:
    assert is_paced(host)
    (folder / FILE_NAME).unlink()
    assert is_paced(host)
    assert Pacing(folder, URL).reserve(CHALLENGE) > 0
    (folder / FILE_NAME).unlink()
    folder.rmdir()
    assert is_paced(host)
    assert Pacing(folder, URL).reserve(CHALLENGE) > 0


@pytest.mark.parametrize("ahead", [10**10 * 600, 10**18])
def test_moments_of_a_clock_that_was_set_back_are_passed_over(
    host: Pacing, folder: Path, ahead: int
) -> None:
    host.reserve(CHALLENGE)
    moment = time.time_ns() + ahead
    changed(folder, f"next_call, held_until) = ({moment}, {moment}")
    assert is_paced(host)


def test_a_process_killed_with_the_lock_blocks_nobody(
    host: Pacing, folder: Path, logger: CapturingLogger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "_LONGEST_LOCK", 30)
    host.reserve(CHALLENGE)
    locker = subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(folder / FILE_NAME)], stdout=subprocess.PIPE, text=True
    )
    assert locker.stdout is not None
    assert locker.stdout.readline() == "locked\n"
    reserved: list[float] = []
    waiting = threading.Thread(target=lambda: reserved.extend(waits(host, 1, REDEEM)))
    waiting.start()
    time.sleep(0.1)
    assert reserved == []
    locker.kill()
    locker.communicate()
    waiting.join()
    assert reserved == [0]
    # It did not wait in vain, to keep the pace by itself.
    assert logger.calls == []


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_process_stopped_with_the_lock_blocks_nobody_for_long(
    host: Pacing, folder: Path, logger: CapturingLogger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "_LONGEST_LOCK", 0.2)
    monkeypatch.setattr(schedules, "_SECONDS_APART", 0.5)
    host.reserve(REDEEM)
    with locked(folder / FILE_NAME):
        start = time.monotonic()
        reserved: list[float] = []
        threads = [threading.Thread(target=lambda: reserved.extend(waits(host, 5))) for _ in "1234"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # One of twenty turns waited for the lock, not each.
        assert time.monotonic() - start < 10 * 0.2
        assert len(reserved) == 20
    assert max(reserved) > 0
    assert [call.args for call in logger.calls] == [("ksef-pacing-not-shared",)]
    time.sleep(0.5)
    assert is_paced(host, SUBMIT_KSEF_TOKEN)
    assert Pacing(folder, URL).reserve(SUBMIT_KSEF_TOKEN) > 0


@pytest.mark.parametrize("obstacle", ["file for a folder", "folder for a file", "link", "pipe"])
def test_without_the_file_each_process_keeps_the_pace_by_itself(
    host: Pacing, folder: Path, tmp_path: Path, logger: CapturingLogger, obstacle: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"somebody's")
    if obstacle == "file for a folder":
        folder.write_bytes(b"")
    else:
        folder.mkdir()
        file = folder / FILE_NAME
        make = {"link": lambda: file.symlink_to(elsewhere), "pipe": lambda: os.mkfifo(file)}
        make.get(obstacle, file.mkdir)()
    assert is_paced(host)
    host.hold(REDEEM, 30)
    with pytest.raises(KsefRateLimited):
        host.reserve(REDEEM)
    assert [call.args for call in logger.calls] == [("ksef-pacing-not-shared",)]
    assert elsewhere.read_bytes() == b"somebody's"


def test_a_full_disk_stops_nothing_and_is_shared_again_when_there_is_room(
    host: Pacing, folder: Path, logger: CapturingLogger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "_SECONDS_APART", 0)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        assert is_paced(host)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [call.args for call in logger.calls] == [("ksef-pacing-not-shared",)]
    assert is_paced(host, REDEEM)
    assert Pacing(folder, URL).reserve(REDEEM) > 0
