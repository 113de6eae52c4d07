"""A key file is replaced as a whole and for good, and what cannot be written is told."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest

from bridge.keys.api_keys import Scope, add_api_key
from bridge.keys.errors import KeyFileError
from bridge.keys.key_file import read_key_file, sole_writer, write_key_file
from bridge.keys.master_keys import add_master_key, load_key_ring

OLD, NEW = [{"id": "old"}], [{"id": "old"}, {"id": "new"}]


def write(path: Path, keys: list[dict[str, str]]) -> None:
    with sole_writer(path):
        write_key_file(path, keys)


def read(path: Path) -> list[dict[str, str]]:
    return read_key_file(path, "command")


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_power_failure_leaves_the_old_or_the_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash cannot be had here; what is on the disk when the system is told to keep it can."""
    path = tmp_path / "keys.json"
    write(path, OLD)
    kept: list[tuple[str, list[dict[str, str]], list[dict[str, str]]]] = []

    def fsync(descriptor: int) -> None:
        opened = Path(f"/proc/self/fd/{descriptor}").readlink()
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        assert opened == path.parent if is_folder else opened.parent == path.parent
        in_file = read(path if is_folder else opened)
        kept.append(("folder" if is_folder else "file", in_file, read(path)))

    monkeypatch.setattr(os, "fsync", fsync)
    write(path, NEW)
    assert kept == [("file", NEW, OLD), ("folder", NEW, NEW)]


def test_a_changed_file_keeps_mode_owner_and_group(tmp_path: Path) -> None:
    path = tmp_path / "master.json"
    add_master_key(path)
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 1, 2)
    before = path.stat()
    add_master_key(path)
    after = path.stat()
    assert after.st_ino != before.st_ino
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )


def test_a_new_file_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "api.json"
    umask = os.umask(0)
    try:
        add_api_key(path, "espocrm", frozenset(Scope))
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_a_killed_command_left_does_not_stop_the_next(tmp_path: Path) -> None:
    path = tmp_path / "master.json"
    left = path.with_name(f".{path.name}.{os.getpid()}")
    left.write_text("half a file")
    key = add_master_key(path)
    assert load_key_ring(path).primary.id == key.id
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_replaced_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.mkdir()
    with pytest.raises(KeyFileError, match=rf"^{path} cannot be written: IsADirectoryError$"):
        write(path, NEW)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["file/keys.json", "file/folder/keys.json"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileError, match=rf"^{tmp_path / name} cannot be written: "):
        write(tmp_path / name, NEW)


def test_a_lock_that_the_system_refuses_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(KeyFileError, match=rf"^{path} cannot be written: OSError$"):
        write(path, NEW)
    assert not path.exists()


def test_the_file_is_locked_for_others_until_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"

    def is_locked() -> bool:
        folder = os.open(tmp_path, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(folder)
        return False

    with sole_writer(path):
        assert is_locked()
    assert not is_locked()


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    before = open_descriptors()
    for _ in range(5):
        write(path, OLD)
    assert open_descriptors() < before + 5
