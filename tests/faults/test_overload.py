"""More requests than threads: each is told so soon, and all is well when they have gone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.faults.callers import token_in_the_end
from tests.faults.mariadb_installation import hanging, on_mariadb
from tests.installation import Installation, new_nip
from tests.mariadb import MariaDb
from tests.processes import Answer

THREADS = 4
CALLERS = 30
# A second of patience; the rest is for a machine that is busy with other tests.
SOON = 3.0


def test_who_finds_no_thread_is_told_so_soon(
    new_installation: Callable[[], Installation], mariadb: MariaDb, say: Callable[[str], None]
) -> None:
    installation = on_mariadb(new_installation(), mariadb)
    with installation.running(KSEF_BRIDGE_WORKERS="1", KSEF_BRIDGE_THREADS=str(THREADS)):
        installation.add_token_profile("p1", new_nip())
        token_in_the_end(installation, "p1")

        def ask(path: str) -> tuple[float, Answer]:
            start = time.monotonic()
            method = "GET" if path == "/healthz" else "POST"
            answer = installation.call(method, path, None, **{"Accept-Language": "pl"})
            return time.monotonic() - start, answer

        with hanging(mariadb), ThreadPoolExecutor(CALLERS) as pool:
            asked = [pool.submit(ask, "/v1/profiles/p1/access-token") for _ in range(CALLERS)]
            time.sleep(0.5)
            seconds, alive = ask("/healthz")
            assert alive.status == 200
            assert seconds < SOON
            answers = [each.result() for each in asked]
        told = Counter(answer.json["code"] for _, answer in answers)
        refused = [(lasted, answer) for lasted, answer in answers if is_refused(answer)]
        say(f"{dict(told)}; refused after {max(lasted for lasted, _ in refused):.1f} s at most")
        assert len(refused) >= CALLERS - 4 * THREADS
        for lasted, answer in refused:
            assert answer.status == 503
            assert answer.headers["retry-after"] == "2"
            assert "KSEF_BRIDGE_WORKERS" in answer.json["detail"]
            assert lasted < SOON
        since = time.monotonic()
        token_in_the_end(installation, "p1")
        assert time.monotonic() - since < 5
        seconds, answer = ask("/v1/profiles/p1/access-token")
        assert answer.status == 200


def is_refused(answer: Answer) -> bool:
    return bool(answer.json["code"] == "bridge-overloaded")
