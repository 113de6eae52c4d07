"""An installation that is examined, and what the command says about it."""

from __future__ import annotations

import dataclasses
import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, update

from bridge.enrolment.store import EnrolmentStore
from bridge.espocrm.tables import ksef_certificate
from bridge.settings import PREFIX
from bridge.state.database import StateDatabase, connect
from tests.enrolment.test_store import ENROLMENT
from tests.espocrm.mariadb_tables import create_espocrm_tables
from tests.forked_command import run_to_end
from tests.installation import Installation, new_nip, run_command
from tests.mariadb import MariaDb
from tests.secret_register import register_secret, registered_secrets

PROFILE_NAME = "Zakład\n\x1b[31m pierwszy"
STATE_PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX"
Problems = set[tuple[str, str, str]]
_number = itertools.count(1)


@dataclass(frozen=True)
class Report:
    """What the command said: results as its JSON has them."""

    exit_code: int
    results: list[Any]

    @property
    def problems(self) -> Problems:
        """Name, status and code (without its prefix) of all that is not well."""
        return {
            (each["name"], each["status"], each["code"].removeprefix("doctor-"))
            for each in self.results
            if each["status"] != "ok"
        }

    def result(self, name: str) -> Any:
        (found,) = (each for each in self.results if each["name"] == name)
        return found

    def names(self) -> set[str]:
        return {each["name"] for each in self.results}


def run(environment: Mapping[str, str], folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and standard output; nothing secret may be in what the command writes."""
    finished = run_to_end(["doctor", *arguments], environment)
    written = finished.stdout + finished.stderr
    (folder / f"doctor-{next(_number)}.log").write_bytes(written)
    assert b"Traceback" not in written
    assert not [secret for secret in registered_secrets() if secret in written]
    assert b"reader_" not in written, "the name of an account"
    return finished.returncode, finished.stdout.decode()


def examined(installation: Installation, *arguments: str, **change: str) -> Report:
    """The report on an installation after a change of its settings (names without prefix)."""
    changed = {PREFIX + name: value for name, value in change.items() if name.isupper()}
    environment = {**installation.environment, **changed}
    options = ("--json", "--language", "en", *arguments)
    exit_code, output = run(environment, installation.folder, *options)
    report = Report(exit_code, json.loads(output))
    statuses = {each["status"] for each in report.results}
    assert exit_code == (2 if "failed" in statuses else 1 if "warning" in statuses else 0)
    return report


def espocrm_database(mariadb: MariaDb) -> tuple[str, str]:
    """A database with EspoCRM's tables: the URLs of its owner and of an account that may read."""
    url = mariadb.new_database()
    create_espocrm_tables(url)
    return url, reader(mariadb, url, "SELECT ON {}.ksef_profile", "SELECT ON {}.ksef_certificate")


def reader(mariadb: MariaDb, url: str, *grants: str) -> str:
    """The URL for an account of its own with these grants; `{}` stands for the database."""
    database = make_url(url).database
    account = f"reader_{secrets.token_hex(4)}"
    password = register_secret(secrets.token_urlsafe(16))
    mariadb.execute(
        f"CREATE USER {account}@'127.0.0.1' IDENTIFIED BY '{password}';"
        + "".join(f"GRANT {each.format(database)} TO {account}@'127.0.0.1';" for each in grants)
    )
    return f"mysql+pymysql://{account}:{password}@127.0.0.1:{mariadb.port}/{database}"


@dataclass
class Company(Installation):
    """A healthy installation on MariaDB, its bridge running, with a profile of each kind."""

    owner_url: str = ""

    def change_certificate(self, **columns: object) -> None:
        engine = create_engine(self.owner_url)
        with engine.begin() as connection:
            connection.execute(update(ksef_certificate).values(columns))
        engine.dispose()


def begin_enrolment(installation: Company, sealed: str) -> None:
    """A certificate is requested, and EspoCRM has not stored the key yet."""
    engine = connect(make_url(installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"]))
    enrolment = dataclasses.replace(ENROLMENT, private_key_sealed=sealed, password_sealed=sealed)
    assert EnrolmentStore(StateDatabase(engine)).add(enrolment, timedelta(days=1))
    engine.dispose()


def add_certificate_profile(installation: Company, folder: Path) -> None:
    nip, password = new_nip(), register_secret("doctor's portal password")
    paths = run_command(
        *("simulator", "--port", str(installation.simulator.port), "certificate"),
        *("--nip", nip, "--type", "Authentication", "--environment", "Test"),
        *("--password", password, "--out", str(folder)),
    ).splitlines()
    inspected = installation.inspect_certificate([Path(path) for path in paths], password)
    installation.add_certificate_profile("p2", nip, inspected)
    begin_enrolment(installation, inspected["privateKeySealed"])
    installation.change_profile("p2", name=PROFILE_NAME)
    in_two_years = datetime.now(UTC) + timedelta(days=700)
    installation.change_certificate(valid_to=in_two_years.replace(tzinfo=None))
