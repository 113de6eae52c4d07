"""What a worker's threads need they take from the same memory."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.killing import wait_for_workers
from tests.installation import Installation
from tests.processes import RunningCommand

THREADS = 16
# glibc's arena.c: an arena other than the first begins at a multiple of this.
_ARENA = 64 * 1024**2


def test_a_thread_has_no_arena_of_its_own(artifacts: Path, simulator: RunningCommand) -> None:
    installation = Installation.create(artifacts / "installation-arenas", simulator)
    settings = {"KSEF_BRIDGE_WORKERS": "1", "KSEF_BRIDGE_THREADS": str(THREADS)}
    with installation.running(**settings) as bridge:
        [worker] = wait_for_workers(bridge, 1)
        with ThreadPoolExecutor(THREADS) as pool:
            answers = list(pool.map(lambda _: installation.call("GET", "/v1/info"), range(200)))
        assert {answer.status for answer in answers} == {200}
        assert arenas(worker) <= 1


def arenas(process: int) -> int:
    """How many arenas a process has besides its first."""
    lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    starts = [
        int(found[1], 16) for line in lines if (found := re.match(r"(\w+)-\w+ rw-p .* 0 *$", line))
    ]
    return sum(start % _ARENA == 0 for start in starts)
