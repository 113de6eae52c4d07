"""The databases restarted, lost and hanging under a running bridge."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.faults.callers import token_in_the_end
from tests.faults.chaos import CHALLENGE, Chaos
from tests.faults.mariadb_installation import hanging, on_mariadb
from tests.installation import Installation, difference, new_nip
from tests.mariadb import MariaDb
from tests.processes import Answer

LONGEST_ANSWER = 8.0
CALLERS = 8
HONEST = {"espocrm-database-unreachable", "state-unreachable", "login-in-progress"}
Say = Callable[[str], None]


@pytest.fixture
def on_server(new_installation: Callable[[], Installation], mariadb: MariaDb) -> Installation:
    """An installation with both databases on MariaDB."""
    return on_mariadb(new_installation(), mariadb)


@dataclass
class Load:
    """Callers that ask all the time, each for its own profile; what they were answered."""

    installation: Installation
    nips: dict[str, str]
    chaos: Chaos
    answers: list[tuple[str, float, Answer]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def ask(self, profile: str) -> None:
        number = 0
        while not self.ended.is_set():
            number += 1
            start = time.monotonic()
            # Every fourth call makes the bridge write, the others only read.
            body = {"forceRefresh": number % 4 == 0}
            answer = self.installation.access_token(profile, body)
            self.answers.append((profile, time.monotonic() - start, answer))
            time.sleep(0.02)

    def told(self) -> Counter[str]:
        return Counter(
            str(answer.status) if answer.status == 200 else f"{answer.status} {answer.json['code']}"
            for _, _, answer in self.answers
        )

    def assert_honest(self) -> None:
        """Every answer came soon, and is a token of the profile's own session or says why not."""
        sessions = self.sessions()
        for profile, seconds, answer in self.answers:
            assert seconds < LONGEST_ANSWER, f"{profile}: {seconds:.1f} s, {answer.status}"
            if answer.status == 200:
                assert answer.json["sessionReference"] in sessions[self.nips[profile]]
            else:
                assert answer.status == 503, answer.json
                assert answer.json["code"] in HONEST
                assert int(answer.headers["retry-after"]) > 0

    def sessions(self) -> dict[str, set[str]]:
        """All sessions that KSeF ever opened, by NIP."""
        found: dict[str, set[str]] = {nip: set() for nip in self.nips.values()}
        for each in self.chaos.state()["sessions"]:
            found.setdefault(each["context"]["value"], set()).add(each["referenceNumber"])
        return found


@contextmanager
def load(installation: Installation, chaos: Chaos) -> Iterator[Load]:
    """Callers that ask until the block ends."""
    nips = new_profiles(installation, CALLERS)
    under = Load(installation, nips, chaos)
    with ThreadPoolExecutor(CALLERS) as pool:
        asking: list[Future[Any]] = [pool.submit(under.ask, profile) for profile in nips]
        try:
            yield under
        finally:
            under.ended.set()
        for each in asking:
            each.result()


def test_mariadb_restarted_under_load(
    on_server: Installation, mariadb: MariaDb, chaos: Chaos, say: Say
) -> None:
    with on_server.running(KSEF_BRIDGE_WORKERS="2"):
        with load(on_server, chaos) as under:
            time.sleep(1.5)
            mariadb.stop()
            time.sleep(1)
            mariadb.start()
            time.sleep(2)
            # The second time it does not end in good order.
            assert mariadb.process is not None
            mariadb.process.kill()
            mariadb.process.wait()
            mariadb.start()
            up_since = time.monotonic()
            for profile in under.nips:
                token_in_the_end(on_server, profile)
            resumed = time.monotonic() - up_since
            time.sleep(1)
        say(f"{dict(under.told())}; all profiles served {resumed:.1f} s after the server")
        assert under.told()["200"] > 100
        assert under.told().total() > under.told()["200"]
        under.assert_honest()
        # Nobody needed to log in anew but for what was cut off in the middle.
        for profile, nip in under.nips.items():
            token = token_in_the_end(on_server, profile, force_refresh=True)
            assert chaos.live_sessions(nip) == {token["sessionReference"]}
    assert chaos.state()["orphans"] == 0


@pytest.mark.parametrize("files", ["state.sqlite3*", "state.sqlite3"])
def test_a_state_file_that_is_deleted_costs_one_login_for_each_profile(
    installation: Installation, chaos: Chaos, files: str
) -> None:
    def delete() -> None:
        for path in installation.folder.glob(files):
            path.unlink()
        # For a second what was read before may still be read.
        time.sleep(1)

    assert_one_login_each(installation, chaos, delete)


@pytest.mark.parametrize("what", ["tables", "database"])
def test_state_that_is_dropped_costs_one_login_for_each_profile(
    on_server: Installation, mariadb: MariaDb, chaos: Chaos, what: str
) -> None:
    name = on_server.environment["KSEF_BRIDGE_STATE_DATABASE_URL"].rpartition("/")[2]
    tables = (
        "ksef_bridge_session, ksef_bridge_abandoned_session, ksef_bridge_stopped_context, "
        "ksef_bridge_public_keys, ksef_bridge_schema_step"
    )
    statements = {
        "tables": f"USE {name}; DROP TABLE {tables};",
        "database": f"DROP DATABASE {name}; CREATE DATABASE {name};",
    }
    assert_one_login_each(on_server, chaos, lambda: mariadb.execute(statements[what]))


def assert_one_login_each(
    installation: Installation, chaos: Chaos, lose: Callable[[], None]
) -> None:
    with installation.running(KSEF_BRIDGE_WORKERS="2"):
        profiles = list(new_profiles(installation, 4))
        first = {each: token_in_the_end(installation, each) for each in profiles}
        lose()
        before = installation.ksef_calls()
        with ThreadPoolExecutor(16) as pool:
            asked = [each for each in profiles for _ in range(4)]
            answers = list(pool.map(lambda each: token_in_the_end(installation, each), asked))
        made = difference(before, installation.ksef_calls())
        assert made[CHALLENGE] == len(profiles)
        sessions = {each["sessionReference"] for each in answers}
        assert len(sessions) == len(profiles)
        assert not sessions & {each["sessionReference"] for each in first.values()}
        # The keys are EspoCRM's to keep, and the new state is as good as the old one.
        again = {each: token_in_the_end(installation, each) for each in profiles}
        assert {each["sessionReference"] for each in again.values()} == sessions


def test_a_server_that_hangs_holds_nobody_up_for_long(
    on_server: Installation, mariadb: MariaDb, chaos: Chaos, say: Say
) -> None:
    with on_server.running(KSEF_BRIDGE_WORKERS="2"):
        with load(on_server, chaos) as under:
            time.sleep(1)
            with hanging(mariadb):
                time.sleep(6)
            time.sleep(2)
        slowest = max(seconds for _, seconds, _ in under.answers)
        say(f"{dict(under.told())}; slowest answer after {slowest:.1f} s")
        under.assert_honest()
        assert under.told().total() > under.told()["200"]
        for profile, nip in under.nips.items():
            token = token_in_the_end(on_server, profile, force_refresh=True)
            assert chaos.live_sessions(nip) == {token["sessionReference"]}


def new_profiles(installation: Installation, count: int) -> dict[str, str]:
    """Profiles with tokens of their own, and their NIPs."""
    nips = {f"p{number}": new_nip() for number in range(count)}
    for profile, nip in nips.items():
        installation.add_token_profile(profile, nip)
    return nips
