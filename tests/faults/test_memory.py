"""Hours' worth of requests, one a second, in a minute: the workers keep their size.

`KSEF_TEST_REQUESTS=86400` makes it a day.

Measured is `Rss` of /proc/PID/smaps_rollup (proc(5)). What a worker has to itself, `Private_…`, is
told: it also grows when Python's garbage collector writes to pages inherited from the master.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.faults.callers import token_in_the_end
from tests.faults.chaos import Chaos
from tests.faults.killing import OpenCall, open_call, wait_for_workers
from tests.faults.mariadb_installation import on_mariadb
from tests.faults.profiles import METHODS, new_profile
from tests.installation import Installation
from tests.mariadb import MariaDb
from tests.processes import COMMAND, Answer
from tests.secret_register import register_secret

REQUESTS = int(os.environ.get("KSEF_TEST_REQUESTS", 6 * 60 * 60))
LONGEST = 900.0
CALLERS = 8
PROFILES = 20
# The workers have their size after as many requests.
WARM = 7_000 / REQUESTS
GROWTH = 0.05


@dataclass
class Hours:
    """The requests of some hours, made by several callers as fast as they are answered."""

    ends_at: float
    begun: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def share(self) -> float:
        return self.begun / REQUESTS

    @property
    def is_over(self) -> bool:
        return self.begun >= REQUESTS or time.monotonic() > self.ends_at

    def next(self) -> int:
        with self.lock:
            self.begun += 1
            return self.begun

    def answered(self, answer: Answer) -> None:
        what = "200" if answer.status == 200 else f"{answer.status} {answer.json['code']}"
        with self.lock:
            self.answers[what] += 1


def test_the_workers_keep_their_size(
    new_installation: Callable[[], Installation],
    chaos: Chaos,
    mariadb: MariaDb,
    tmp_path: Path,
    say: Callable[[str], None],
) -> None:
    installation = replace(new_installation(), executed=[COMMAND])
    state = installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"]
    # As most are installed: EspoCRM on MariaDB, the state in a file.
    on_mariadb(installation, mariadb)
    installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"] = state
    token = register_secret("not a KSeF token, though long enough to be looked at")
    with installation.running(KSEF_BRIDGE_WORKERS="2") as bridge:
        workers = wait_for_workers(bridge, 2)
        for number in range(PROFILES):
            method = METHODS[number % 2]
            new_profile(installation, tmp_path, f"p{number}", method)
            token_in_the_end(installation, f"p{number}")
        began = time.monotonic()
        hours = Hours(began + LONGEST)

        def ask() -> None:
            with open_call(installation) as call:
                while not hours.is_over:
                    make_request(call, hours.next(), token)
                    answer = call.answer()
                    assert answer is not None
                    hours.answered(answer)

        sizes = [sizes_of(workers)]
        with ThreadPoolExecutor(CALLERS) as pool:
            asking = [pool.submit(ask) for _ in range(CALLERS)]
            for share in (WARM, 0.5, 0.75):
                while hours.share < share and not hours.is_over:
                    time.sleep(0.1)
                sizes.append(sizes_of(workers))
            for each in asking:
                each.result()
        sizes.append(sizes_of(workers))
    seconds = time.monotonic() - began
    say(f"{hours.begun} requests in {seconds:.0f} s, answered {dict(hours.answers)}")
    for number, worker in enumerate(workers):
        told = ", ".join(str(at_a_time[number]) for at_a_time in sizes)
        say(f"worker {worker}: {told}")
    assert hours.begun >= REQUESTS, f"{LONGEST:.0f} s were not enough"
    assert set(hours.answers) == {"200"}
    for warm, end in zip(sizes[1], sizes[-1], strict=True):
        assert end.resident < warm.resident * (1 + GROWTH)


@dataclass(frozen=True, slots=True)
class Size:
    """MiB of memory that a process uses, and of it what it has to itself."""

    resident: float
    private: float

    def __str__(self) -> str:
        return f"{self.resident:.1f} ({self.private:.1f}) MiB"


def sizes_of(processes: list[int]) -> list[Size]:
    return [size_of(process) for process in processes]


def size_of(process: int) -> Size:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()

    def sum_of(name: str) -> float:
        return sum(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024

    return Size(sum_of("Rss:"), sum_of("Private_"))


def make_request(call: OpenCall, number: int, token: str) -> None:
    """Mostly a token from the live session; now and then what else happens in a day.

    Each of it comes to all profiles in turn: KSeF allows a context thirty revocations a minute.
    """
    profile = f"p{number % PROFILES}"
    if number % 1001 == 1:
        call.send("DELETE", f"/v1/profiles/{profile}/sessions")
    elif number % 201 == 2:
        call.send("POST", "/v1/tokens/inspect", {"token": token, "environment": "Test"})
    else:
        call.ask(profile, force_refresh=number % 401 == 3)
