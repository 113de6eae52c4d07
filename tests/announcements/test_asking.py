"""Latarnia is asked at most every five minutes by all processes of a host, and nobody waits."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.announcements.announced import Announced, Trouble
from bridge.announcements.announcements import Announcements
from bridge.announcements.codes import AnnouncementCode
from bridge.announcements.remembered import Remembered
from bridge.credentials.environment import Environment
from tests.announcements.played_latarnia import FAILURE, latarnia, settled
from tests.ksef.scripted_server import Received, Reply, ScriptedServer, scripted_server

TEST = Environment.TEST
AVAILABLE = latarnia({"status": "AVAILABLE"}, [])
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def statuses(server: ScriptedServer) -> int:
    """How often the status was asked for."""
    return sum(each.path.endswith("/status") for each in server.received)


def of(server: ScriptedServer, folder: Path) -> Announcements:
    return Announcements({TEST: f"http://127.0.0.1:{server.port}/latarnia"}, None, folder)


def made_older(folder: Path, server: ScriptedServer, by: timedelta) -> None:
    """Let what is remembered have happened before."""
    remembered = Remembered(folder, f"http://127.0.0.1:{server.port}/latarnia")
    known = remembered.load()
    assert known.asked_at is not None
    answered = known.answered_at and known.answered_at - by
    changed = Announced(
        known.status, known.announcements, known.asked_at - by, answered, known.trouble
    )
    remembered.save(changed)


def test_nobody_asks_before_somebody_looks(tmp_path: Path) -> None:
    with scripted_server(AVAILABLE) as server:
        of(server, tmp_path)
        assert server.received == []


def test_the_first_to_look_is_answered_at_once(tmp_path: Path) -> None:
    with scripted_server(AVAILABLE) as server:
        announcements = of(server, tmp_path)
        first = announcements.look(TEST)
        assert (first.announced.status, first.is_being_asked) == (None, True)
        assert first.announced.asked_at is not None
        assert settled(announcements).announced.status == "AVAILABLE"


def test_it_is_asked_again_after_five_minutes_and_not_before(tmp_path: Path) -> None:
    with scripted_server(AVAILABLE) as server:
        settled(of(server, tmp_path))
        made_older(tmp_path, server, timedelta(minutes=4, seconds=50))
        settled(of(server, tmp_path))
        assert statuses(server) == 1
        made_older(tmp_path, server, timedelta(seconds=11))
        look = of(server, tmp_path).look(TEST)
        # What was said five minutes ago is told until the new answer is here.
        assert (look.announced.status, look.is_being_asked) == ("AVAILABLE", True)
        settled(of(server, tmp_path))
        assert statuses(server) == 2


def test_a_failure_counts_as_asked(tmp_path: Path) -> None:
    with scripted_server(Reply(503)) as server:
        look = settled(of(server, tmp_path))
        assert look.announced.trouble == Trouble(AnnouncementCode.UNAVAILABLE, {"httpStatus": 503})
        settled(of(server, tmp_path))
        assert statuses(server) == 1


def test_what_was_announced_is_kept_for_an_hour_while_latarnia_is_away(tmp_path: Path) -> None:
    answers = [latarnia({"status": "FAILURE", "messages": [FAILURE]}, [])]
    with scripted_server(lambda request: answers[0](request)) as server:
        settled(of(server, tmp_path))
        answers[0] = lambda _request: Reply(504)
        made_older(tmp_path, server, timedelta(minutes=50))
        look = settled(of(server, tmp_path))
        assert look.announced.status == "FAILURE"
        assert look.announced.trouble is not None
        assert look.announced.answered_at != look.announced.asked_at
        made_older(tmp_path, server, timedelta(minutes=20))
        look = settled(of(server, tmp_path))
        assert (look.announced.status, look.announced.announcements) == (None, ())
        assert look.announced.trouble is not None


def _look(url: str, folder: str, ready: object, go: object) -> None:
    announcements = Announcements({TEST: url}, None, Path(folder))
    ready.release()  # type: ignore[attr-defined]
    go.wait(10)  # type: ignore[attr-defined]
    for _ in range(20):
        announcements.look(TEST)
    assert settled(announcements).announced.status == "AVAILABLE"


def test_processes_that_look_at_once_ask_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    with scripted_server(AVAILABLE) as server:
        url = f"http://127.0.0.1:{server.port}/latarnia"
        arguments = (url, str(tmp_path), ready, go)
        lookers = [context.Process(target=_look, args=arguments) for _ in range(2)]
        for each in lookers:
            each.start()
        for _ in lookers:
            assert ready.acquire(timeout=20)
        go.set()
        for each in lookers:
            each.join(30)
            assert each.exitcode == 0
        assert statuses(server) == 1


def test_nobody_waits_for_a_latarnia_that_hangs(tmp_path: Path) -> None:
    def hang(_request: Received) -> Reply:
        return Reply(200, b'{"status":"AVAILABLE"}', before=lambda: time.sleep(6))

    with scripted_server(hang) as server:
        announcements = of(server, tmp_path)
        start = time.monotonic()
        for _ in range(50):
            assert announcements.look(TEST).is_being_asked
        assert time.monotonic() - start < 1
        look = settled(announcements)
        assert time.monotonic() - start < 5
        assert look.announced.trouble == Trouble(AnnouncementCode.UNREACHABLE)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"askedAt": 5}', b"\xff" * 2_000_000])
def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    with scripted_server(AVAILABLE) as server:
        settled(of(server, tmp_path))
        (file,) = (each for each in tmp_path.iterdir() if each.suffix != ".lock")
        assert file.stat().st_mode & 0o777 == 0o600
        file.write_bytes(content)
        assert settled(of(server, tmp_path)).announced.status == "AVAILABLE"
        assert statuses(server) == 2
        assert Announced.from_bytes(file.read_bytes()).status == "AVAILABLE"


def a_file(folder: Path) -> None:
    folder.write_bytes(b"")


def nothing(folder: Path) -> None:
    folder.parent.joinpath("elsewhere").mkdir()
    folder.symlink_to(folder.parent / "nowhere" / "deep")


@pytest.mark.parametrize("spoil", [a_file, nothing])
def test_without_a_folder_a_process_remembers_by_itself(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "run")
    with scripted_server(AVAILABLE) as server:
        announcements = of(server, tmp_path / "run")
        assert settled(announcements).announced.status == "AVAILABLE"
        settled(announcements)
        assert statuses(server) == 1


def test_a_link_in_a_common_folder_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    now = datetime.now(UTC)
    kept = Announced("FAILURE", asked_at=now, answered_at=now).to_bytes()
    target.write_bytes(kept)
    with scripted_server(AVAILABLE) as server:
        folder = tmp_path / "run"
        settled(of(server, folder))
        (file,) = (each for each in folder.iterdir() if each.suffix != ".lock")
        for name in (file.name, f".{file.name}.{os.getpid()}"):
            folder.joinpath(name).unlink(missing_ok=True)
            folder.joinpath(name).symlink_to(target)
        assert settled(of(server, folder)).announced.status == "AVAILABLE"
    assert target.read_bytes() == kept


def test_a_pipe_in_its_place_holds_nobody_up(tmp_path: Path) -> None:
    remembered = Remembered(tmp_path, "http://127.0.0.1:1")
    assert remembered.claim(NOW) is not None
    (lock,) = tmp_path.glob("*.lock")
    file = lock.with_suffix("")
    file.unlink()
    os.mkfifo(file)
    assert Remembered(tmp_path, "http://127.0.0.1:1").load() == Announced()


def test_who_was_killed_while_asking_is_not_waited_for(tmp_path: Path) -> None:
    remembered = Remembered(tmp_path, "http://127.0.0.1:1")
    assert remembered.claim(NOW) is not None
    assert remembered.claim(NOW) is None
    known = remembered.load()
    assert known.is_being_asked(NOW + timedelta(seconds=5))
    assert not known.is_being_asked(NOW + timedelta(seconds=25))
    assert not known.is_due(NOW + timedelta(seconds=299))
    assert known.is_due(NOW + timedelta(seconds=300))


def test_two_processes_do_not_say_so_at_the_same_moment(tmp_path: Path) -> None:
    remembered = Remembered(tmp_path, "http://127.0.0.1:1")
    assert remembered.claim(NOW) is not None
    (lock,) = tmp_path.glob("*.lock")
    later = NOW + timedelta(hours=1)
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert remembered.claim(later) is None
    assert remembered.claim(later) is not None


def test_a_clock_that_was_put_back_does_not_end_it(tmp_path: Path) -> None:
    remembered = Remembered(tmp_path, "http://127.0.0.1:1")
    assert remembered.claim(NOW) is not None
    assert remembered.claim(NOW - timedelta(days=1)) is not None
    assert remembered.load().asked_at == NOW - timedelta(days=1)


def test_an_environment_without_an_address_asks_nobody(tmp_path: Path) -> None:
    look = Announcements({}, None, tmp_path).look(Environment.PRODUCTION)
    assert (look.announced.trouble, look.is_being_asked) == (Trouble(AnnouncementCode.OFF), False)
    assert list(tmp_path.iterdir()) == []
