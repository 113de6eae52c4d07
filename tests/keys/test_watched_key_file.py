"""A running bridge follows its key files, and survives what happens to them."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bridge.keys.api_keys import (
    ApiKey,
    ApiKeys,
    Scope,
    add_api_key,
    read_api_keys,
    remove_api_key,
    watch_api_keys,
)
from bridge.keys.errors import KeyFileMissing, KeyFileUnreadable
from bridge.keys.master_keys import add_master_key, load_key_ring, watch_key_ring
from bridge.keys.watched_key_file import WatchedKeyFile
from tests.secret_register import register_secret


@pytest.fixture
def master_keys(tmp_path: Path) -> Path:
    path = tmp_path / "master.json"
    add_master_key(path)
    return path


@pytest.fixture
def api_keys(tmp_path: Path) -> Path:
    return tmp_path / "api.json"


def new_api_key(path: Path) -> tuple[ApiKey, str]:
    key, text = add_api_key(path, "espocrm", frozenset(Scope))
    return key, register_secret(text.reveal_text())


def events(logged: Sequence[object], name: str = "key-file-unusable") -> list[str]:
    return [each["reason"] for each in logged if each["event"] == name]  # type: ignore[index]


def truncate(path: Path) -> None:
    path.write_text("")


def expose(path: Path) -> None:
    path.chmod(0o604)


def empty(path: Path) -> None:
    path.write_text('{"keys": []}')


def test_a_new_key_counts_at_the_next_use(master_keys: Path) -> None:
    watched = watch_key_ring(master_keys)
    first = watched.latest()
    assert watched.latest() is first
    key = add_master_key(master_keys)
    assert [each.id for each in watched.latest()] == [key.id, first.primary.id]


def test_a_file_not_usable_from_the_beginning_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing):
        watch_key_ring(tmp_path / "absent.json")


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (Path.unlink, "does not exist"),
        (truncate, "is damaged"),
        (expose, "chmod 600"),
        (empty, "holds no key"),
    ],
)
def test_the_last_good_master_keys_stay_when_the_file_is_lost(
    master_keys: Path, harm: Callable[[Path], None], reason: str
) -> None:
    watched = watch_key_ring(master_keys)
    good = watched.latest()
    backup = master_keys.with_name("backup.json")
    shutil.copy(master_keys, backup)
    with capture_logs() as logged:
        harm(master_keys)
        assert [watched.latest() for _ in range(5)] == [good] * 5
        shutil.copy(backup, master_keys)
        master_keys.chmod(0o600)
        repaired = watched.latest()
        harm(master_keys)
        assert watched.latest() is repaired
    assert repaired.primary.id == good.primary.id
    assert len(events(logged)) == 2, "once for each change"
    assert all(reason in text and str(master_keys) in text for text in events(logged))
    secret = register_secret(json.loads(backup.read_text())["keys"][0]["secret"])
    assert secret not in str(logged)


def test_what_the_system_refused_is_tried_again_and_logged_once(tmp_path: Path) -> None:
    # As when the process has no file descriptor left: the file itself does not change.
    path = tmp_path / "keys.json"
    path.write_text("1")
    refused = True

    def read(path: Path) -> str:
        if refused and path.read_text() == "2":
            raise KeyFileUnreadable(path, "OSError")
        return path.read_text()

    watched = WatchedKeyFile(path, read)
    path.write_text("2")
    with capture_logs() as logged:
        assert [watched.latest() for _ in range(3)] == ["1"] * 3
        refused = False
        assert watched.latest() == "2"
    assert len(events(logged)) == 1


def test_a_file_restored_with_its_old_times_is_noticed(master_keys: Path) -> None:
    watched = watch_key_ring(master_keys)
    before, content = master_keys.stat(), master_keys.read_text()
    old_id = watched.latest().primary.id
    new_id = "0" * len(old_id)
    master_keys.write_text(content.replace(old_id, new_id))
    os.utime(master_keys, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert watched.latest().primary.id == new_id


def test_api_keys_are_admitted_and_refused_as_the_file_says(api_keys: Path) -> None:
    first, first_text = new_api_key(api_keys)
    keys = ApiKeys(watch_api_keys(api_keys).latest)
    second, second_text = new_api_key(api_keys)
    assert (keys.find(first_text), keys.find(second_text)) == (first, second)
    remove_api_key(api_keys, first.id)
    assert (keys.find(first_text), keys.find(second_text)) == (None, second)


@pytest.mark.parametrize("harm", [Path.unlink, empty])
def test_without_an_api_keys_file_nobody_is_admitted(
    api_keys: Path, harm: Callable[[Path], None]
) -> None:
    _, text = new_api_key(api_keys)
    keys = ApiKeys(watch_api_keys(api_keys).latest)
    with capture_logs() as logged:
        harm(api_keys)
        assert [keys.find(text), keys.find(text)] == [None, None]
        truncate(api_keys)
        assert keys.find(text) is None, "a damaged file does not bring removed keys back"
    assert len(events(logged)) == 2
    api_keys.unlink()
    again, again_text = new_api_key(api_keys)
    assert keys.find(again_text) == again
    assert keys.find(text) is None


@pytest.mark.parametrize("harm", [truncate, expose])
def test_damage_to_the_api_keys_file_locks_nobody_out(
    api_keys: Path, harm: Callable[[Path], None]
) -> None:
    key, text = new_api_key(api_keys)
    keys = ApiKeys(watch_api_keys(api_keys).latest)
    with capture_logs() as logged:
        harm(api_keys)
        assert [keys.find(text), keys.find(text)] == [key, key]
    assert len(events(logged)) == 1


def test_no_thread_ever_sees_a_key_missing_while_keys_are_added(api_keys: Path) -> None:
    key, text = new_api_key(api_keys)
    keys = ApiKeys(watch_api_keys(api_keys).latest)
    is_over = threading.Event()
    misses: list[None] = []

    def ask() -> None:
        while not is_over.is_set():
            if keys.find(text) != key:
                misses.append(None)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        new_api_key(api_keys)
    is_over.set()
    for thread in threads:
        thread.join()
    assert misses == []
    assert len(read_api_keys(api_keys)) == 31


def test_the_ring_given_out_is_that_of_the_file(master_keys: Path) -> None:
    watched = watch_key_ring(master_keys)
    for _ in range(20):
        key = add_master_key(master_keys)
        assert watched.latest().primary.id == key.id
    assert len(watched.latest()) == len(load_key_ring(master_keys)) == 21
