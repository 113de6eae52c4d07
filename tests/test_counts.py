"""Counts of several processes: added up, kept while somebody lives, and never a reason to fail."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import CapturingLogger

from bridge import counts
from bridge.counts import Counts, is_in_use, shared_counts

# Whoever gets its standard input ends with it; the master ends at once, killed.
MASTER_WITH_WORKER = """
import os, signal, sys
from pathlib import Path
from bridge.counts import shared_counts

with shared_counts(Path(sys.argv[1])) as folder:
    if os.fork() == 0:
        print(folder, flush=True)
        sys.stdin.read()
        os._exit(0)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> CapturingLogger:
    log = CapturingLogger()
    monkeypatch.setattr(counts, "log", log)
    return log


def made(runtime_folder: Path) -> Iterator[Path]:
    with shared_counts(runtime_folder) as folder:
        assert folder is not None
        yield folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield from made(tmp_path)


def test_processes_add_up_what_they_count_and_what_ended_ones_did(folder: Path) -> None:
    ours, other, ended = Counts(folder), Counts(folder), Counts(folder)
    for each in (ours, other, ended, other):
        each.add("zażółć 1", 0.5)
    ended.add("b")
    del ended
    ours.add("a long key " + "x" * 5000)
    expected = {"zażółć 1": 2.0, "b": 1.0, "a long key " + "x" * 5000: 1.0}
    assert ours.totals() == other.totals() == Counts(folder).totals() == expected


def test_without_a_folder_one_counts_alone() -> None:
    alone = Counts()
    alone.add("a")
    alone.add("a", 2)
    assert alone.totals() == {"a": 3.0}


def test_a_folder_goes_with_its_bridge_and_one_in_use_stays(tmp_path: Path) -> None:
    with shared_counts(tmp_path) as first:
        assert first is not None
        with shared_counts(tmp_path) as second:
            assert second is not None
            assert first.exists()
            assert first != second
            assert is_in_use(tmp_path)
        assert not second.exists()
        assert first.exists()
    assert list(tmp_path.iterdir()) == []
    assert not is_in_use(tmp_path)


def test_what_a_killed_bridge_left_is_removed_once_its_last_process_is_gone(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", MASTER_WITH_WORKER, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as master:
        assert master.stdin is not None
        assert master.stdout is not None
        left = Path(master.stdout.readline().strip())
        assert master.wait(timeout=30) == -signal.SIGKILL
        with shared_counts(tmp_path):
            assert left.exists()
        master.stdin.close()
        assert master.stdout.read() == ""
    with shared_counts(tmp_path):
        assert not left.exists()


@pytest.mark.parametrize("cause", ["gone", "a file"])
def test_where_no_folder_can_be_made_each_counts_alone(
    tmp_path: Path, log: CapturingLogger, cause: str
) -> None:
    runtime_folder = tmp_path / "run"
    if cause == "a file":
        runtime_folder.touch()
    with shared_counts(runtime_folder) as folder:
        assert folder is None
    (told,) = log.calls
    assert (told.method_name, told.args) == ("warning", ("metrics-not-shared",))


def test_a_folder_that_vanished_costs_only_the_others_view(
    folder: Path, log: CapturingLogger
) -> None:
    early, late = Counts(folder), Counts(folder)
    early.add("a")
    shutil.rmtree(folder)
    for each in (early, late):
        each.add("a")
        each.add("b")
    assert early.totals() == {"a": 2.0, "b": 1.0}
    assert late.totals() == {"a": 1.0, "b": 1.0}
    for each in (early, late):
        each.add("c")
        each.totals()
    assert [call.args for call in log.calls] == [("metrics-not-shared",)] * 2, "once in each"


def test_a_full_disk_costs_only_the_others_view_until_there_is_room(
    folder: Path, log: CapturingLogger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = Counts(folder), Counts(folder)
    ours.add("a")
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: write(fd, data[:10], at))
    for _ in range(3):
        ours.add("b")
    assert ours.totals() == {"a": 1.0, "b": 3.0}
    assert other.totals() == {"a": 1.0}, "half an entry is none"
    assert len(log.calls) == 1
    monkeypatch.setattr(os, "pwrite", write)
    ours.add("b")
    assert other.totals() == ours.totals() == {"a": 1.0, "b": 4.0}
