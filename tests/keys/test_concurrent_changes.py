"""Commands that change a key file at the same instant lose no key of each other."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from bridge.keys.api_keys import read_api_keys
from bridge.keys.master_keys import load_key_ring

PROCESSES = 6
KEYS_OF_EACH = 8

# Each waits for the starting signal, so that all work on the file at the same time.
ADDING = """
import sys, time
from pathlib import Path
from bridge.keys.api_keys import Scope, add_api_key
from bridge.keys.master_keys import add_master_key

kind, path, start, count = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
while not start.exists():
    time.sleep(0.001)
for _ in range(count):
    if kind == "master":
        print(add_master_key(path).id)
    else:
        print(add_api_key(path, "espocrm", frozenset(Scope))[0].id)
"""


@pytest.mark.parametrize("kind", ["master", "api"])
def test_keys_added_by_several_processes_at_once_are_all_there(tmp_path: Path, kind: str) -> None:
    path, start = tmp_path / "keys" / "keys.json", tmp_path / "start"
    arguments = [kind, str(path), str(start), str(KEYS_OF_EACH)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ADDING, *arguments], stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    start.touch()
    added = [
        key_id for process in processes for key_id in process.communicate(timeout=60)[0].split()
    ]
    assert all(process.returncode == 0 for process in processes)
    assert len(added) == PROCESSES * KEYS_OF_EACH
    stored = load_key_ring(path) if kind == "master" else read_api_keys(path)
    assert sorted(key.id for key in stored) == sorted(added)
    assert [each.name for each in path.parent.iterdir()] == ["keys.json"], "nothing is left lying"


def test_a_reader_never_finds_half_a_file(tmp_path: Path) -> None:
    path, start = tmp_path / "keys.json", tmp_path / "start"
    with subprocess.Popen(
        [sys.executable, "-c", ADDING, "api", str(path), str(start), "40"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        start.touch()
        while not path.exists():
            time.sleep(0.001)
        lengths = []
        while process.poll() is None:
            lengths.append(len(read_api_keys(path)))
    assert process.returncode == 0
    assert lengths == sorted(lengths)
    assert len(read_api_keys(path)) == 40
