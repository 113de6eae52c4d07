"""EspoCRM's database and the state database on a real MariaDB server."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.access_tokens import take_access_token
from tests.faults.mariadb_installation import on_mariadb
from tests.installation import Installation, difference, new_nip
from tests.mariadb import MariaDb
from tests.processes import RunningCommand, free_port, running
from tests.secret_register import register_secret

CHALLENGE = "POST /auth/challenge"
_number = itertools.count(1)


@pytest.fixture
def installation(artifacts: Path, simulator: RunningCommand, mariadb: MariaDb) -> Installation:
    folder = artifacts / f"installation-mariadb-{next(_number)}"
    return on_mariadb(Installation.create(folder, simulator), mariadb)


def test_a_token_and_a_change_of_the_profile(installation: Installation) -> None:
    with installation.running():
        installation.add_token_profile("p1", new_nip())
        first = installation.access_token("p1")
        assert first.status == 200, first.json
        assert installation.access_token("p1").json == first.json
        installation.change_profile("p1", status="Inactive")
        assert installation.access_token("p1").json["code"] == "profile-inactive"


def test_two_bridges_on_one_state_database_make_one_login(installation: Installation) -> None:
    with ExitStack() as stack:
        stack.enter_context(installation.running(KSEF_BRIDGE_WORKERS="2"))
        installation.add_token_profile("p1", new_nip())
        port = free_port()
        environment = {**installation.environment, "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{port}"}
        log = installation.folder / "second-bridge.log"
        second = stack.enter_context(running(["serve"], port, log, environment))
        assert installation.bridge is not None
        bridges = [installation.bridge, second]
        headers = {"Authorization": f"Bearer {installation.api_key}"}
        before = installation.ksef_calls()
        with ThreadPoolExecutor(16) as pool:
            answers = list(
                pool.map(
                    lambda number: bridges[number % 2].call(
                        "POST", "/v1/profiles/p1/access-token", headers=headers
                    ),
                    range(16),
                )
            )
        assert [answer.status for answer in answers] == [200] * 16
        given = [answer.json for answer in answers]
        for each in given:
            take_access_token(each["accessToken"], each["sessionReference"])
        assert len({each["accessToken"] for each in given}) == 1
        assert difference(before, installation.ksef_calls())[CHALLENGE] == 1


def test_the_pool_survives_a_restart_of_the_server(
    installation: Installation, mariadb: MariaDb
) -> None:
    with installation.running():
        installation.add_token_profile("p1", new_nip())
        first = installation.access_token("p1").json
        ready = {"espocrmDatabase": "ok", "stateDatabase": "ok"}
        assert installation.call("GET", "/readyz").json == {"ready": True, "dependencies": ready}
        mariadb.stop()
        unready = installation.call("GET", "/readyz")
        assert (unready.status, unready.json["ready"]) == (503, False)
        assert set(unready.json["dependencies"].values()) == {"unreachable"}
        away = installation.access_token("p1")
        assert (away.status, away.json["code"]) == (503, "espocrm-database-unreachable")
        assert int(away.headers["retry-after"]) > 0
        mariadb.start()
        assert installation.access_token("p1").json == first


def test_a_worker_holds_fewer_connections_than_it_has_threads(
    installation: Installation, mariadb: MariaDb
) -> None:
    threads, workers = 6, 2
    names = [
        installation.environment[f"KSEF_BRIDGE_{name}_DATABASE_URL"].rpartition("/")[2]
        for name in ("ESPOCRM", "STATE")
    ]
    with installation.running(KSEF_BRIDGE_WORKERS=str(workers), KSEF_BRIDGE_THREADS=str(threads)):
        for number in range(8):
            installation.add_token_profile(f"p{number}", new_nip())
        held: list[str] = []
        with ThreadPoolExecutor(24) as pool:
            asked = [
                pool.submit(installation.access_token, f"p{n % 8}", {"forceRefresh": n % 3 == 0})
                for n in range(160)
            ]
            while not all(each.done() for each in asked):
                listed = mariadb.query("SELECT DB FROM information_schema.PROCESSLIST")
                held = max(held, [each for each in listed if each in names], key=len)
                time.sleep(0.02)
        told = Counter(each.result().json.get("code", "a token") for each in asked)
        assert set(told) <= {"a token", "login-in-progress", "bridge-overloaded"}
    of_each = workers * ((threads - 1) // 2)
    assert workers <= len(held) <= 2 * of_each < workers * threads
    assert max(Counter(held).values()) <= of_each


def test_select_on_the_two_tables_is_enough(installation: Installation, mariadb: MariaDb) -> None:
    url = installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"]
    database = url.rpartition("/")[2]
    password = register_secret("reader's zażółcone hasło")
    mariadb.execute(
        f"CREATE USER reader_{database}@'127.0.0.1' IDENTIFIED BY \"{password}\";"
        f"GRANT SELECT ON {database}.ksef_profile TO reader_{database}@'127.0.0.1';"
        f"GRANT SELECT ON {database}.ksef_certificate TO reader_{database}@'127.0.0.1';"
    )
    reader = f"mysql+pymysql://reader_{database}:{quote(password)}@"
    with installation.running(KSEF_BRIDGE_ESPOCRM_DATABASE_URL=reader + url.partition("@")[2]):
        installation.add_token_profile("p1", new_nip())
        assert installation.access_token("p1").status == 200
        assert installation.access_token("P1").status == 404
