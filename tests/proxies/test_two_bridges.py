"""Two bridges on one state database behind a proxy: what a caller notices while one is replaced."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.mariadb_installation import on_mariadb
from tests.installation import Installation, difference, new_nip
from tests.mariadb import MariaDb
from tests.processes import Answer, RunningCommand, free_port, running
from tests.proxies.examples import Certificate, Example

CHALLENGE = "POST /auth/challenge"
_number = itertools.count(1)


@pytest.fixture
def installation(artifacts: Path, simulator: RunningCommand, mariadb: MariaDb) -> Installation:
    folder = artifacts / f"installation-proxies-{next(_number)}"
    mariadb.execute("CREATE USER IF NOT EXISTS haproxy_check@'127.0.0.1'")
    return on_mariadb(Installation.create(folder, simulator), mariadb)


class Hosts:
    """Two bridges as on hosts of their own, which share both databases and all keys."""

    def __init__(self, installation: Installation, certificate: Certificate) -> None:
        self._installation = installation
        self._tls = {
            "KSEF_BRIDGE_TLS_CERTIFICATE_FILE": str(certificate.certificate),
            "KSEF_BRIDGE_TLS_KEY_FILE": str(certificate.key),
        }
        self.ports = [free_port(), free_port()]
        self._running = [ExitStack(), ExitStack()]

    def start(self, number: int) -> None:
        environment = {
            **self._installation.environment,
            **self._tls,
            "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{self.ports[number]}",
            "KSEF_BRIDGE_RUNTIME_FOLDER": str(self._installation.folder / f"run-{number}"),
        }
        log = self._installation.folder / f"bridge-{number}.log"
        self._running[number].enter_context(
            running(["serve"], self.ports[number], log, environment)
        )

    def stop(self, number: int) -> None:
        self._running[number].close()


@pytest.mark.parametrize("name", ["haproxy", "nginx"])
def test_no_caller_notices_that_one_of_two_bridges_is_replaced(
    name: str, installation: Installation, mariadb: MariaDb, tmp_path: Path
) -> None:
    certificate = Certificate.new(tmp_path / "authority")
    hosts = Hosts(installation, certificate)

    def proxy(name: str, place: str) -> Example:
        folder, key = tmp_path / place, installation.api_key
        return Example(name, folder, certificate, hosts.ports, mariadb.port, key)

    with ExitStack() as stack:
        # HAProxy leads to the state database, too.
        to_state = stack.enter_context(proxy("haproxy", "before-state").running())
        url = installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"]
        told = url.replace(f":{mariadb.port}/", f":{to_state.state_port}/")
        installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"] = told
        for number in (0, 1):
            stack.callback(hosts.stop, number)
            hosts.start(number)
        installation.bridge = stack.enter_context(proxy(name, "before-bridges").running())
        installation.add_token_profile("p1", new_nip())
        before = installation.ksef_calls()
        is_replaced = threading.Event()

        def ask() -> list[Answer]:
            answers = [installation.access_token("p1") for _ in range(25)]
            while not is_replaced.is_set():
                answers.append(installation.access_token("p1"))
            return answers

        with ThreadPoolExecutor(2) as pool:
            asking = [pool.submit(ask) for _ in range(2)]
            hosts.stop(0)
            hosts.start(0)
            is_replaced.set()
            answers = [answer for each in asking for answer in each.result()]
        assert Counter(answer.status for answer in answers) == {200: len(answers)}
        assert len({answer.json["accessToken"] for answer in answers}) == 1
        assert difference(before, installation.ksef_calls())[CHALLENGE] == 1
