"""What is checked before a bridge serves: its socket is free, its runtime folder is its own."""

from __future__ import annotations

import dataclasses
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import CapturingLogger

from bridge import installation
from bridge.installation import check_files
from bridge.settings import Settings, SettingsError, load_settings

ANOTHER_USER = 12345


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        {
            "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": "sqlite://",
            "KSEF_BRIDGE_MASTER_KEYS_FILE": "/absent",
            "KSEF_BRIDGE_API_KEYS_FILE": "/absent",
            "KSEF_BRIDGE_RUNTIME_FOLDER": str(tmp_path / "run" / "ksef-bridge"),
            "KSEF_BRIDGE_LISTEN": f"unix:{tmp_path}/bridge.sock",
        }
    )


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "bridge.sock"))
        server.listen(1)
        yield server


def test_the_runtime_folder_is_made_for_its_owner_alone(settings: Settings) -> None:
    for _ in range(2):
        check_files(settings)
    assert stat.S_IMODE(settings.runtime_folder.stat().st_mode) == 0o700
    assert list(settings.runtime_folder.iterdir()) == []


@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_runtime_folder_that_others_may_write_is_refused(settings: Settings, mode: int) -> None:
    settings.runtime_folder.mkdir(parents=True)
    settings.runtime_folder.chmod(mode)
    with pytest.raises(
        SettingsError, match=f"RUNTIME_FOLDER.*chmod go-w {settings.runtime_folder}"
    ):
        check_files(settings)


def test_a_link_is_no_runtime_folder(settings: Settings, tmp_path: Path) -> None:
    settings.runtime_folder.parent.mkdir()
    settings.runtime_folder.symlink_to(tmp_path)
    with pytest.raises(SettingsError, match=r"RUNTIME_FOLDER.*is a link"):
        check_files(settings)


def test_a_file_is_no_runtime_folder(settings: Settings) -> None:
    settings.runtime_folder.parent.mkdir()
    settings.runtime_folder.touch()
    with pytest.raises(SettingsError, match=r"RUNTIME_FOLDER.*name a folder"):
        check_files(settings)


def test_a_runtime_folder_that_cannot_be_made_is_told_and_done_without(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(installation, "log", log)
    settings.runtime_folder.parent.touch()
    check_files(settings)
    (told,) = log.calls
    assert (told.method_name, told.args) == ("warning", ("runtime-folder-unusable",))
    assert told.kwargs["path"] == str(settings.runtime_folder)


def test_a_runtime_folder_of_another_user_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_files(settings)
    monkeypatch.setattr(os, "geteuid", lambda: ANOTHER_USER)
    with pytest.raises(SettingsError, match=r"RUNTIME_FOLDER.*belongs to another user"):
        check_files(settings)


def test_a_socket_that_answers_is_not_taken_over(
    settings: Settings, listening: socket.socket
) -> None:
    with pytest.raises(SettingsError, match=r"LISTEN: another bridge is running on .*bridge\.sock"):
        check_files(settings)


def test_a_socket_whose_queue_is_full_is_in_use(
    settings: Settings, listening: socket.socket, tmp_path: Path
) -> None:
    waiting = []
    try:
        while True:
            client = socket.socket(socket.AF_UNIX)
            client.setblocking(False)
            waiting.append(client)
            client.connect(str(tmp_path / "bridge.sock"))
    except BlockingIOError:
        with pytest.raises(SettingsError, match="another bridge is running"):
            check_files(settings)
    finally:
        for client in waiting:
            client.close()


def test_a_socket_left_by_a_killed_bridge_is_fine(
    settings: Settings, listening: socket.socket, tmp_path: Path
) -> None:
    listening.close()
    assert (tmp_path / "bridge.sock").exists()
    check_files(settings)


@pytest.mark.parametrize(
    ("path", "complaint"), [("notes.txt", "is not a socket"), ("s" * 120, "AF_UNIX path too long")]
)
def test_what_is_no_socket_is_refused(
    settings: Settings, tmp_path: Path, path: str, complaint: str
) -> None:
    (tmp_path / "notes.txt").touch()
    other = dataclasses.replace(settings, listen=f"unix:{tmp_path / path}")
    with pytest.raises(SettingsError, match=complaint):
        check_files(other)
