"""A runtime folder that is full, read-only or gone, or whose pids say nothing: work goes on."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation, new_nip
from tests.processes import COMMAND, RunningCommand, free_port, running

IS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def company(artifacts: Path, simulator: RunningCommand) -> Installation:
    return Installation.create(artifacts / "installation-runtime-folder", simulator)


@pytest.fixture
def disk(company: Installation, tmp_path: Path) -> Iterator[Path]:
    """The runtime folder on a disk of its own; root alone may make one, others go without."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    if IS_ROOT:
        options = "size=256k,nr_inodes=64,mode=0700"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    company.environment["KSEF_BRIDGE_RUNTIME_FOLDER"] = str(folder)
    try:
        yield folder
    finally:
        if IS_ROOT:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """Nothing can be written any more; for others than root: no file can be made."""
    if not IS_ROOT:
        with read_only(folder):
            yield
        return
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (4096, 1):
            while file.write(b"x" * size):
                pass
    yield
    filler.unlink()


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    if IS_ROOT:
        # On top of the other: that one cannot change while a file in it is being written.
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    else:
        folder.chmod(0o500)
    yield
    if IS_ROOT:
        subprocess.run(["umount", "--lazy", folder], check=True)
    else:
        folder.chmod(0o700)


def logs_in(company: Installation, profile_id: str) -> None:
    """A profile whose calls and outcomes nobody has counted or paced yet, and the one before."""
    company.add_token_profile(profile_id, new_nip())
    for body in ({}, {"forceRefresh": True}, {}):
        answer = company.access_token(profile_id, body)
        assert answer.status == 200, answer.json
    refused = company.call("POST", "/v1/profiles/nobody/access-token")
    assert refused.status == 404
    metrics = company.call("GET", "/metrics")
    assert metrics.status == 200
    assert b"ksef_bridge_access_tokens_total" in metrics.body


def warnings_of(company: Installation) -> list[str]:
    lines = (company.folder / "bridge.log").read_text("utf-8").splitlines()
    events: list[Any] = [json.loads(line) for line in lines if line.startswith("{")]
    return [each["event"] for each in events if each["level"] in {"warning", "error"}]


def doctor_on_runtime_folder(company: Installation, port: int) -> tuple[str, str]:
    """Status and code."""
    listen = {"KSEF_BRIDGE_LISTEN": f"127.0.0.1:{port}"}
    finished = subprocess.run(
        [COMMAND, "doctor", "--json"],
        env={**os.environ, **company.environment, **listen},
        capture_output=True,
        check=False,
    )
    (found,) = (each for each in json.loads(finished.stdout) if each["name"] == "runtime-folder")
    return found["status"], found["code"].removeprefix("doctor-runtime-folder-")


def test_a_bridge_starts_and_works_with_a_full_runtime_folder(
    company: Installation, disk: Path
) -> None:
    with full(disk), company.running(KSEF_BRIDGE_WORKERS="2") as bridge:
        for number in range(3):
            logs_in(company, f"full-{number}")
        expected = "full" if IS_ROOT else "not-writable"
        assert doctor_on_runtime_folder(company, bridge.port) == ("warning", expected)
    warnings = warnings_of(company)
    assert warnings.count("runtime-folder-unusable") == 1
    for once_in_each_worker in ("metrics-not-shared", "ksef-pacing-not-shared"):
        assert 1 <= warnings.count(once_in_each_worker) <= 2


def test_what_becomes_of_the_runtime_folder_of_a_running_bridge_stops_nothing(
    company: Installation, disk: Path
) -> None:
    with company.running(KSEF_BRIDGE_WORKERS="2") as bridge:
        logs_in(company, "well")
        assert doctor_on_runtime_folder(company, bridge.port) == ("ok", "usable")
        with full(disk):
            logs_in(company, "filled")
        with read_only(disk):
            logs_in(company, "read-only")
            assert doctor_on_runtime_folder(company, bridge.port) == ("warning", "not-writable")
        for left in disk.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        logs_in(company, "vanished")
        assert doctor_on_runtime_folder(company, bridge.port) == ("warning", "not-in-use")
        assert bridge.process.poll() is None


def test_a_bridge_that_cannot_see_our_processes_leaves_our_counts_alone(
    company: Installation, disk: Path
) -> None:
    unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"] if IS_ROOT else []
    with ExitStack() as stack:
        stack.enter_context(company.running(KSEF_BRIDGE_WORKERS="2"))
        logs_in(company, "seen")
        port = free_port()
        environment = {**company.environment, "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{port}"}
        log = company.folder / "bridge-apart.log"
        apart: list[str | Path] = [*unshare, COMMAND]
        other = stack.enter_context(running(["serve"], port, log, environment, apart))
        assert other.call("GET", "/healthz").status == 200
        logs_in(company, "seen-later")
        # Both workers answer for each other as before.
        counted = b'ksef_bridge_access_tokens_total{source="login"} 2.0'
        for _ in range(6):
            assert counted in company.call("GET", "/metrics").body
        # `unshare` heeds nothing else; its child goes with it.
        other.process.kill()
