"""EspoCRM and bridge copied with their MariaDB databases: KSeF sees nothing of the copy."""

from __future__ import annotations

import dataclasses
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bridge.state.home import database_of
from tests.enrolment.espocrm import EspoCrm
from tests.faults.mariadb_installation import on_mariadb
from tests.installation import Installation, difference, new_nip, run_command
from tests.mariadb import MariaDb
from tests.processes import Answer, RunningCommand

HOME = "https://crm.example"
REFERENCE = "20261129-AU-1A2B3C4D5E-F6A7B8C9D0-01"
CODE = "bridge-of-another-home"
ESPOCRM = "KSEF_BRIDGE_ESPOCRM_DATABASE_URL"
STATE = "KSEF_BRIDGE_STATE_DATABASE_URL"
SECONDS_OF_ROUNDS = 4
"""In which a bridge looks twice at least for what is to go on by itself."""


@dataclass(frozen=True)
class Company:
    """Logged in by token in Production, by certificate in Test, where one more was about to be
    requested when everything was copied."""

    original: Installation
    copy: Installation
    nip: str

    @property
    def requests(self) -> int:
        """How many certificates KSeF was asked for."""
        return len(EspoCrm(self.original).requests_of(self.nip))


@pytest.fixture(scope="module")
def company(
    artifacts: Path,
    simulator: RunningCommand,
    mariadb: MariaDb,
    tmp_path_factory: pytest.TempPathFactory,
) -> Company:
    folder = artifacts / "copied-mariadb"
    original = on_mariadb(Installation.create(folder, simulator), mariadb)
    original.environment |= {
        "KSEF_BRIDGE_KSEF_URL_PRODUCTION": original.environment["KSEF_BRIDGE_KSEF_URL_TEST"],
        "KSEF_BRIDGE_ALLOW": "plain-http-production",
    }
    home("set", "--site-url", HOME, bridge=original)
    espocrm = EspoCrm(original)
    with original.running():
        in_production = new_nip()
        token = original.new_ksef_token(in_production)
        original.add_profile(
            "production",
            in_production,
            environment="Production",
            authorization_type="Token",
            token_sealed=original.inspect_token(token, environment="Production")["sealed"],
        )
        nip = espocrm.profile(tmp_path_factory.mktemp("files"), "test")
        assert original.access_token("production").status == 200
        espocrm.add_record("c1")
        begun = espocrm.request_in_the_end("test", "c1")
    # From now on KSeF may be asked.
    espocrm.store_seal("c1", begun["privateKeySealed"])
    copy = dataclasses.replace(
        original,
        folder=folder.with_name("copied-mariadb-copy"),
        environment={
            **original.environment,
            ESPOCRM: copied(mariadb, original.environment[ESPOCRM]),
            STATE: copied(mariadb, original.environment[STATE]),
            "KSEF_BRIDGE_RUNTIME_FOLDER": str(tmp_path_factory.mktemp("run")),
        },
    )
    copy.folder.mkdir()
    return Company(original, copy, nip)


def copied(mariadb: MariaDb, url: str) -> str:
    """The URL of a copy of the database, made as administrators make one."""
    copy = mariadb.new_database()
    account = ("--no-defaults", f"--socket={mariadb.socket}", "--user=root")
    dump = subprocess.run(
        ["mariadb-dump", *account, str(make_url(url).database)], check=True, capture_output=True
    )
    command = ["mariadb", *account, str(make_url(copy).database)]
    subprocess.run(command, input=dump.stdout, check=True, capture_output=True)
    return copy


def home(*arguments: str, bridge: Installation) -> str:
    return run_command("home", *arguments, "--language", "en", environment=bridge.environment)


def changes(bridge: Installation) -> dict[str, Answer]:
    """All that changes something at KSeF, without a word of who asks."""
    order = {"type": "Offline", "name": "Kasa"}
    revoked = {"profileId": "test"}
    return {
        "login": bridge.call("POST", "/v1/profiles/production/access-token"),
        "request": bridge.call("PUT", "/v1/profiles/test/certificate-enrolments/c2", order),
        "revocation": bridge.call("POST", "/v1/certificates/c-test/revocation", revoked),
        "session": bridge.call("DELETE", f"/v1/profiles/test/sessions/{REFERENCE}"),
        "sessions": bridge.call("DELETE", "/v1/profiles/production/sessions"),
    }


def test_the_copy_leaves_ksef_alone(company: Company) -> None:
    copy = company.copy
    original = database_of(make_url(company.original.environment[ESPOCRM]))
    before = copy.ksef_calls()
    with copy.running():
        for name, answer in changes(copy).items():
            assert (answer.status, answer.json["code"]) == (409, CODE), name
            assert original in answer.json["detail"]
        tested = copy.call("POST", "/v1/profiles/production/connection-test", {}).json
        assert [step["code"] for step in tested["steps"] if step["status"] == "failed"] == [CODE]
        time.sleep(SECONDS_OF_ROUNDS)
        assert EspoCrm(copy).ask("test", "c1").json["status"] == "Prepared"
    assert difference(before, copy.ksef_calls()) == {}
    assert company.requests == 0


def test_the_original_goes_on_beside_it(company: Company) -> None:
    with company.copy.running(), company.original.running():
        EspoCrm(company.original).ask_until("test", "c1", "Issued")
        assert company.original.access_token("production").status == 200
        for _ in range(2):
            answer = company.copy.access_token("production")
            assert (answer.status, answer.json["code"]) == (409, CODE)
    assert company.requests == 1


def test_once_told_in_words_the_copy_is_one_of_its_own(company: Company) -> None:
    copy = company.copy
    here = database_of(make_url(copy.environment[ESPOCRM]))
    assert f"reads the database {here}." in home("show", bridge=copy)
    with copy.running():
        assert copy.access_token("production").status == 409
        assert here in home("set", "--site-url", "https://new.example", bridge=copy)
        # What a running bridge knows of its home is a second old at the most.
        time.sleep(1.1)
        assert copy.access_token("production").status == 200
    assert HOME in home("show", bridge=company.original)
