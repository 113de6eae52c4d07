"""`ksef-bridge doctor` names what is wrong with an installation, and changes nothing."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import MetaData, create_engine, make_url, update

import bridge
from bridge.doctor.codes import DoctorCode
from bridge.doctor.database_server import judge_server_version
from bridge.doctor.espocrm_tables import COLUMNS_READ
from bridge.doctor.grants import parse_grants, privileges_on
from bridge.enrolment.store import EnrolmentStore
from bridge.espocrm.profiles import Profiles
from bridge.espocrm.tables import ksef_certificate
from bridge.settings import PREFIX
from bridge.state.database import StateDatabase, connect
from tests.enrolment.test_store import ENROLMENT
from tests.espocrm.mariadb_tables import create_espocrm_tables
from tests.forked_command import run_to_end
from tests.installation import Installation, new_nip, run_command
from tests.ksef.scripted_server import Received, Reply, json_reply, scripted_server
from tests.mariadb import MariaDb
from tests.processes import COMMAND, RunningCommand, free_port, running
from tests.secret_register import register_secret, registered_secrets

PROFILE_NAME = "Zakład\n\x1b[31m pierwszy"
STATE_PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX"
PACKAGE = Path(bridge.__file__).parent
_number = itertools.count(1)

Problems = set[tuple[str, str, str]]


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


@pytest.fixture(scope="module")
def company(
    artifacts: Path,
    simulator: RunningCommand,
    mariadb: MariaDb,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Company]:
    installation = Company.create(artifacts / "installation-doctor", simulator)
    assert isinstance(installation, Company)
    installation.owner_url, reading = espocrm_database(mariadb)
    after_this_test = datetime.now(UTC).date() + timedelta(days=100)
    installation.environment |= {
        "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": installation.owner_url,
        "KSEF_BRIDGE_STATE_DATABASE_URL": mariadb.new_database(STATE_PRIVILEGES),
        "KSEF_BRIDGE_TOKENS_VALID_UNTIL": after_this_test.isoformat(),
    }
    with installation.running() as process:
        installation.add_token_profile("p1", new_nip())
        assert installation.access_token("p1").status == 200
        folder = tmp_path_factory.mktemp("portal")
        add_certificate_profile(installation, folder)
        installation.environment |= {
            "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": reading,
            "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{process.port}",
        }
        yield installation


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


def test_a_healthy_installation_is_called_so(company: Company) -> None:
    report = examined(company)
    assert (report.exit_code, report.problems) == (0, set())
    assert report.names() == {
        *("versions", "settings", "master-keys", "api-keys", "tls", "runtime-folder", "bridge"),
        *("espocrm-database", "espocrm-server", "espocrm-clock", "espocrm-tables"),
        *("espocrm-rights", "profiles", "state-database", "state-clock", "state-tables"),
        *("state-rights", "credential-seals", "session-seals", "enrolment-seals"),
        *("ksef-tokens", "certificates"),
        *("ksef-test", "ksef-test-clock", "ksef-test-public-key"),
    }
    assert report.result("profiles")["params"] == {
        "count": 2,
        "active": 2,
        "environments": "Test: 2",
    }
    assert report.result("credential-seals")["params"] == {"count": 2, "older": 0}
    assert report.result("session-seals")["params"] == {"count": 1, "older": 0}
    assert report.result("enrolment-seals")["params"] == {"count": 1, "older": 0}
    assert report.result("certificates")["params"] == {"count": 1}


def test_two_calls_to_ksef_are_made_and_none_elsewhere(company: Company) -> None:
    before = company.ksef_calls()
    examined(company)
    after = company.ksef_calls()
    made = {name: after[name] - before.get(name, 0) for name in after if "_simulator" not in name}
    assert {name: count for name, count in made.items() if count} == {
        "POST /auth/challenge": 1,
        "GET /security/public-key-certificates": 1,
    }


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "All settings can be read."), ("pl", "Wszystkie ustawienia są czytelne.")],
)
def test_each_result_is_one_line_in_the_language_asked_for(
    company: Company, language: str, sentence: str
) -> None:
    company.change_certificate(status="Inactive")
    try:
        _, printed = run(company.environment, company.folder, "--language", language)
        _, for_machines = run(company.environment, company.folder, "--language", language, "--json")
    finally:
        company.change_certificate(status="Active")
    assert re.search(rf"^ok +settings +{re.escape(sentence)}$", printed, re.MULTILINE)
    results = json.loads(for_machines)
    lines = printed.splitlines()
    assert [line.split()[:2] for line in lines] == [
        [each["status"], each["name"]] for each in results
    ]
    (line,) = (line for line in lines if line.startswith("failed"))
    assert "“Zakład  [31m pierwszy”" in line
    assert line.endswith(next(each["message"] for each in results if each["status"] == "failed"))


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"LC_ALL": "pl_PL.UTF-8", "LANG": "en_US.UTF-8"}, "Wersje"),
        ({"LC_ALL": "", "LC_MESSAGES": "pl_PL", "LANG": "C"}, "Wersje"),
        ({"LC_ALL": "C.UTF-8", "LC_MESSAGES": "pl_PL", "LANG": "pl_PL"}, "ksef-bridge"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, "ksef-bridge"),
    ],
)
def test_the_language_is_that_of_the_locale(
    company: Company, variables: dict[str, str], word: str
) -> None:
    nothing_to_check = {PREFIX + "STATE_DATABASE_URL": "-", PREFIX + "LISTEN": "-"}
    environment = {**nothing_to_check, **variables, "PYTHONIOENCODING": "ascii"}
    exit_code, printed = run(environment, company.folder)
    assert exit_code == 2
    assert printed.splitlines()[0].split()[2].startswith(word)


def test_nothing_is_changed(
    company: Company, simulator: RunningCommand, mariadb: MariaDb, artifacts: Path
) -> None:
    fresh = Installation.create(artifacts / "installation-doctor-fresh", simulator)
    keys = Path(fresh.environment["KSEF_BRIDGE_MASTER_KEYS_FILE"]).parent
    runtime_folder = Path(fresh.environment["KSEF_BRIDGE_RUNTIME_FOLDER"])
    shutil.rmtree(runtime_folder, ignore_errors=True)
    before = {path: path.read_bytes() for path in [*keys.iterdir(), *fresh.folder.iterdir()]}
    report = examined(fresh)
    found = {
        path: path.read_bytes()
        for path in [*keys.iterdir(), *fresh.folder.iterdir()]
        if not path.name.startswith("doctor-")
    }
    assert found == before
    assert report.result("state-database")["code"] == "doctor-state-file-not-made"
    assert report.result("runtime-folder")["code"] == "doctor-runtime-folder-not-made"
    state = mariadb.new_database(STATE_PRIVILEGES)
    report = examined(company, STATE_DATABASE_URL=state)
    assert report.problems == set()
    assert report.result("state-tables")["code"] == "doctor-state-tables-not-made"
    engine = create_engine(state)
    tables = MetaData()
    tables.reflect(engine)
    engine.dispose()
    assert not tables.tables


def test_a_database_in_a_file_is_read_beside_a_running_bridge(
    simulator: RunningCommand, artifacts: Path
) -> None:
    installation = Installation.create(artifacts / "installation-doctor-sqlite", simulator)
    with installation.running():
        installation.add_token_profile("p1", new_nip())
        assert installation.access_token("p1").status == 200
        report = examined(installation)
        assert report.result("session-seals")["params"]["count"] == 1
        assert report.result("profiles")["params"]["active"] == 1
    report = examined(installation)
    assert report.result("session-seals")["params"]["count"] == 1
    assert report.result("state-rights")["status"] == "ok"


def with_part(url: str, **parts: Any) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"password": "wrong-password"}, "access-denied"),
        ({"username": "reader_unknown"}, "access-denied"),
        ({"database": "mysql"}, "forbidden"),
        ({"host": "database.invalid"}, "host-unknown"),
        ({"port": 1}, "connection-refused"),
    ],
)
def test_why_there_is_no_database_is_told_apart(
    company: Company, parts: dict[str, Any], code: str
) -> None:
    register_secret("wrong-password")
    names = {"espocrm-database": "ESPOCRM_DATABASE_URL", "state-database": "STATE_DATABASE_URL"}
    change = {
        setting: with_part(company.environment[PREFIX + setting], **parts)
        for setting in names.values()
    }
    report = examined(company, **change)
    assert report.problems == {(name, "failed", f"database-{code}") for name in names}
    for name, setting in names.items():
        assert setting in report.result(name)["message"]
    assert report.result("bridge")["status"] == "ok"


def test_a_database_that_is_not_there(company: Company, mariadb: MariaDb) -> None:
    url = reader(mariadb, company.owner_url, "SELECT ON *.*")
    report = examined(company, ESPOCRM_DATABASE_URL=with_part(url, database="db_absent"))
    assert report.problems == {("espocrm-database", "failed", "database-unknown")}


@pytest.mark.parametrize(
    ("statement", "problems"),
    [
        ("DROP TABLE ksef_certificate", {("espocrm-tables", "failed", "espocrm-table-missing")}),
        (
            "ALTER TABLE ksef_profile DROP COLUMN authorization_type, DROP COLUMN token_sealed",
            {("espocrm-tables", "failed", "espocrm-columns-missing")},
        ),
    ],
)
def test_missing_tables_and_columns(
    company: Company, mariadb: MariaDb, statement: str, problems: Problems
) -> None:
    owner, reading = espocrm_database(mariadb)
    mariadb.execute(f"USE {make_url(owner).database}; {statement};")
    report = examined(company, ESPOCRM_DATABASE_URL=reading)
    assert report.problems == problems
    params = report.result("espocrm-tables")["params"]
    assert params in (
        {"table": "ksef_certificate"},
        {"table": "ksef_profile", "columns": "authorization_type, token_sealed"},
    )


@pytest.mark.parametrize(
    ("grants", "problems"),
    [
        (["SELECT ON {}.*"], set()),
        (
            ["SELECT ON {}.ksef_profile"],
            {("espocrm-rights", "failed", "espocrm-select-missing")},
        ),
        (
            ["SELECT (id, status) ON {}.ksef_profile", "SELECT ON {}.ksef_certificate"],
            {("espocrm-rights", "failed", "espocrm-select-missing")},
        ),
        (["SELECT, INSERT ON {}.*"], {("espocrm-rights", "warning", "espocrm-writable")}),
        (["ALL ON *.*"], {("espocrm-rights", "warning", "espocrm-writable")}),
        (
            ["SELECT ON {}.*", "UPDATE (status) ON {}.ksef_profile"],
            {("espocrm-rights", "warning", "espocrm-writable")},
        ),
        (["SELECT ON {}.*", "ALL ON {}.ksef_bridge_session"], set()),
    ],
)
def test_rights_on_the_tables_of_espocrm(
    company: Company, mariadb: MariaDb, grants: list[str], problems: Problems
) -> None:
    mariadb.execute(f"USE {make_url(company.owner_url).database};" + STATE_TABLE)
    report = examined(company, ESPOCRM_DATABASE_URL=reader(mariadb, company.owner_url, *grants))
    assert report.problems == problems


STATE_TABLE = "CREATE TABLE IF NOT EXISTS ksef_bridge_session (profile_id VARCHAR(64));"


def test_rights_on_the_state_database(company: Company, mariadb: MariaDb) -> None:
    report = examined(company, STATE_DATABASE_URL=mariadb.new_database("SELECT, INSERT, UPDATE"))
    assert report.problems == {("state-rights", "failed", "state-rights-missing")}
    lacking = report.result("state-rights")["params"]["privileges"]
    assert lacking == "DELETE, CREATE, ALTER, INDEX"


def test_a_state_file_that_cannot_be_made_or_read(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "state.sqlite3"
    file.write_text("This is no database, and long enough to be seen as one. " * 20)
    report = examined(company, STATE_DATABASE_URL=f"sqlite:///{file}")
    assert report.problems == {("state-database", "failed", "database-file-unreadable")}
    report = examined(company, STATE_DATABASE_URL=f"sqlite:///{file}/below/state.sqlite3")
    assert report.problems == {("state-database", "failed", "state-file-not-writable")}


def test_a_clock_of_the_database_that_is_off(company: Company, mariadb: MariaDb) -> None:
    mariadb.execute("SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() - 30'")
    try:
        report = examined(company)
    finally:
        mariadb.execute("SET GLOBAL init_connect = ''")
    differs = "database-clock-differs"
    expected = {("espocrm-clock", "warning", differs), ("state-clock", "warning", differs)}
    assert report.problems == expected
    seconds = float(report.result("espocrm-clock")["params"]["seconds"])
    assert seconds == pytest.approx(-30, abs=1.5)


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [
        (None, 0o644, "key-file-exposed"),
        ("", 0o600, "key-file-damaged"),
        ('{"keys": []}', 0o640, "key-file-empty"),
        ("absent", 0o600, "key-file-missing"),
    ],
)
def test_key_files_that_cannot_be_used(
    company: Company, tmp_path: Path, content: str | None, mode: int, code: str
) -> None:
    files = {name: tmp_path / name for name in ("MASTER_KEYS_FILE", "API_KEYS_FILE")}
    if content != "absent":
        for name, file in files.items():
            shutil.copy(company.environment[PREFIX + name], file)
            if content is not None:
                file.write_text(content)
            file.chmod(mode)
    report = examined(company, **{name: str(file) for name, file in files.items()})
    assert report.problems == {("master-keys", "failed", code), ("api-keys", "failed", code)}
    assert str(files["MASTER_KEYS_FILE"]) in report.result("master-keys")["message"]
    assert str(files["API_KEYS_FILE"]) in report.result("api-keys")["message"]


def test_a_scope_that_no_api_key_has(company: Company, tmp_path: Path) -> None:
    file = str(tmp_path / "api.json")
    register_secret(run_command("keys", "new-api", "--file", file, "--scope", "token"))
    report = examined(company, API_KEYS_FILE=file)
    assert report.problems == {("api-keys", "warning", "api-keys-scope-missing")}
    assert report.result("api-keys")["params"] == {"scopes": "inspect, administer"}


def test_seals_under_a_key_that_is_not_there(company: Company, tmp_path: Path) -> None:
    file = tmp_path / "master.json"
    run_command("keys", "new-master", "--file", str(file))
    report = examined(company, MASTER_KEYS_FILE=str(file))
    assert report.problems == {
        ("credential-seals", "failed", "credential-seals-lost"),
        ("session-seals", "failed", "session-seals-lost"),
        ("enrolment-seals", "failed", "enrolment-seals-lost"),
    }
    stored = json.loads(Path(company.environment[PREFIX + "MASTER_KEYS_FILE"]).read_text())
    key_id = stored["keys"][0]["id"]
    params = {"count": 2, "total": 2, "keyIds": key_id}
    assert report.result("credential-seals")["params"] == params
    one = {"count": 1, "total": 1, "keyIds": key_id}
    assert report.result("enrolment-seals")["params"] == one

    shutil.copy(company.environment[PREFIX + "MASTER_KEYS_FILE"], file)
    run_command("keys", "new-master", "--file", str(file))
    report = examined(company, MASTER_KEYS_FILE=str(file))
    assert report.problems == set()
    assert report.result("credential-seals")["params"] == {"count": 2, "older": 2}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid_to": timedelta(days=20)}, ("warning", "certificates-end")),
        ({"valid_to": timedelta(days=-1)}, ("failed", "certificates-ended")),
        ({"status": "Revoked"}, ("failed", "certificates-not-active")),
    ],
)
def test_certificates_of_active_profiles(
    company: Company, change: dict[str, Any], code: tuple[str, str]
) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    given = {k: now + v if isinstance(v, timedelta) else v for k, v in change.items()}
    healthy = {"valid_to": now + timedelta(days=700), "status": "Active"}
    company.change_certificate(**given)
    try:
        report = examined(company)
    finally:
        company.change_certificate(**healthy)
    assert report.problems == {("certificates", *code)}
    assert report.result("certificates")["params"]["count"] == 1


@pytest.mark.parametrize(
    ("days", "problems"), [(59, {("ksef-tokens", "warning", "tokens-end")}), (-1, set())]
)
def test_the_end_of_tokens_by_law_is_told_and_its_passing_is_no_problem(
    company: Company, days: int, problems: set[tuple[str, str, str]]
) -> None:
    end = datetime.now(UTC).date() + timedelta(days=days)
    report = examined(company, TOKENS_VALID_UNTIL=end.isoformat())
    assert report.problems == problems
    told = report.result("ksef-tokens")["params"]
    assert (told["count"], told["date"]) == (1, end.isoformat())
    assert (told["announced"], told["announcedOn"]) == ("2027-11-30", "2026-09-10")


def test_wrong_settings_are_named_and_the_rest_is_checked(company: Company) -> None:
    change = {
        "THREADS": "many",
        "TLS_KEY_FILE": "/somewhere/tls.key",
        "API_KEYS_FILE": "",
        "KSEF_CA_FILE": "/absent.pem",
        "STATE_DATABASE_URL": "nonsense:secret-in-a-url@",
        "ALLOW": "everything",
    }
    register_secret("secret-in-a-url")
    report = examined(company, **change)
    assert report.problems == {("settings", "failed", "settings-wrong")}
    told = [each["params"]["problem"] for each in report.results if each["name"] == "settings"]
    assert len(told) == len(change)
    assert all(any(PREFIX + name in problem for problem in told) for name in change)
    checked = {"master-keys", "espocrm-database", "espocrm-rights", "credential-seals"}
    assert checked <= report.names()
    assert not {"api-keys", "state-database", "tls", "bridge", "ksef-test"} & report.names()


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda folder: folder.write_text(""), "runtime-folder-unusable"),
        (lambda folder: (folder.mkdir(), folder.chmod(0o777)), "runtime-folder-exposed"),
    ],
)
def test_the_runtime_folder(company: Company, tmp_path: Path, prepare: Any, code: str) -> None:
    folder = tmp_path / "run"
    prepare(folder)
    report = examined(company, RUNTIME_FOLDER=str(folder))
    assert report.problems == {("runtime-folder", "failed", code)}


def test_a_bridge_that_does_not_run_or_is_another_program(company: Company, tmp_path: Path) -> None:
    for listen, code in (
        (f"127.0.0.1:{free_port()}", "bridge-not-running"),
        (f"unix:{tmp_path}/bridge.sock", "bridge-not-running"),
        (f"127.0.0.1:{company.simulator.port}", "bridge-is-another"),
    ):
        report = examined(company, LISTEN=listen)
        assert report.problems == {("bridge", "failed", code)}
        assert report.result("bridge")["params"] == {"address": listen}


def tls_pair(folder: Path, days: int) -> dict[str, str]:
    """The settings for a self-signed certificate that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bridge.example")])
    ends = datetime.now(UTC) + timedelta(days=days, hours=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=365))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    register_secret(private)
    (folder / "tls.key").write_bytes(private)
    (folder / "tls.key").chmod(0o600)
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return {
        "TLS_CERTIFICATE_FILE": str(folder / "tls.crt"),
        "TLS_KEY_FILE": str(folder / "tls.key"),
    }


@pytest.mark.parametrize(
    ("days", "status", "code"),
    [(-1, "failed", "tls-certificate-ended"), (20, "warning", "tls-certificate-ends")],
)
def test_the_end_of_the_tls_certificate(
    company: Company, tmp_path: Path, days: int, status: str, code: str
) -> None:
    report = examined(company, **tls_pair(tmp_path, days))
    # The running bridge does no TLS.
    running_without = ("bridge", "failed", "bridge-is-another")
    assert report.problems == {("tls", status, code), running_without}


def test_a_bridge_with_tls(company: Company, tmp_path: Path) -> None:
    port = free_port()
    change = {**tls_pair(tmp_path, 90), "LISTEN": f"127.0.0.1:{port}"}
    environment = {PREFIX + name: value for name, value in change.items()}
    log = company.folder / "tls-bridge.log"
    with running(["serve"], port, log, {**company.environment, **environment}):
        assert examined(company, **change).problems == set()
        (tmp_path / "tls.key").chmod(0o604)
        assert examined(company, **change).problems == {("tls", "failed", "key-file-exposed")}


def test_tls_files_that_do_not_belong_together(company: Company, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    tls, other = tls_pair(tmp_path, 90), tls_pair(tmp_path / "other", 90)
    report = examined(company, **{**tls, "TLS_KEY_FILE": other["TLS_KEY_FILE"]})
    assert ("tls", "failed", "tls-files-unusable") in report.problems


def test_a_bridge_on_a_unix_socket(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "bridge.sock"
    listen = f"unix:{path}"
    environment = {**os.environ, **company.environment, PREFIX + "LISTEN": listen}
    with (company.folder / "unix-bridge.log").open("ab") as log:
        process = subprocess.Popen([COMMAND, "serve"], env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert examined(company, LISTEN=listen).problems == set()
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://ksef.invalid/v2", "ksef-name-not-resolved"),
        ("https://127.0.0.1:1/v2", "ksef-connection-failed"),
        ("https://127.0.0.1:{simulator}/v2", "ksef-tls-failed"),
    ],
)
def test_why_ksef_is_away_is_told_apart(company: Company, url: str, code: str) -> None:
    report = examined(company, KSEF_URL_TEST=url.format(simulator=company.simulator.port))
    assert report.problems == {("ksef-test", "failed", code)}


def test_a_proxy_that_is_away(company: Company) -> None:
    proxied = {**company.environment, "HTTPS_PROXY": f"http://127.0.0.1:{free_port()}"}
    proxied[PREFIX + "KSEF_URL_TEST"] = "https://ksef.invalid/v2"
    exit_code, output = run(proxied, company.folder, "--json")
    assert exit_code == 2
    assert Report(exit_code, json.loads(output)).problems == {
        ("ksef-test", "failed", "ksef-proxy-failed")
    }


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        (Reply(503), "failed", "ksef-unavailable"),
        (Reply(429, headers={"Retry-After": "30"}), "warning", "ksef-rate-limited"),
        (Reply(200, b"<html>"), "failed", "ksef-answer-unreadable"),
        (json_reply([{}]), "failed", "ksef-answer-unreadable"),
        (Reply(403), "failed", "ksef-refused"),
        (Reply(closes=True), "failed", "ksef-connection-lost"),
    ],
)
def test_odd_answers_of_ksef(company: Company, reply: Reply, status: str, code: str) -> None:
    with scripted_server(reply) as ksef:
        report = examined(company, KSEF_URL_TEST=ksef.url)
    assert report.problems == {("ksef-test", status, code)}
    assert len(ksef.received) == 1, "nothing is asked again"


@pytest.mark.parametrize(
    ("seconds", "problems"),
    [
        (1, set()),
        (10, {("ksef-test-clock", "warning", "ksef-clock-differs")}),
        (-10, {("ksef-test-clock", "warning", "ksef-clock-differs")}),
        (90, {("ksef-test-clock", "failed", "ksef-clock-wrong")}),
    ],
)
def test_a_clock_that_is_not_ksefs(company: Company, seconds: int, problems: Problems) -> None:
    path = "/security/public-key-certificates"
    certificates = company.simulator.call("GET", f"/v2{path}").json

    def answer(request: Received) -> Reply:
        if request.path.endswith(path):
            return json_reply(certificates)
        now = datetime.now(UTC) + timedelta(seconds=seconds)
        # A slow way, of which half is no difference of clocks.
        time.sleep(0.5)
        return json_reply(
            {
                "challenge": "20261124-CR-20F5EE4000-DA48AE4124-46",
                "timestamp": (now + timedelta(seconds=0.25)).isoformat(),
                "timestampMs": int((now + timedelta(seconds=0.25)).timestamp() * 1000),
                "clientIp": "127.0.0.1",
            }
        )

    with scripted_server(answer) as ksef:
        report = examined(company, KSEF_URL_TEST=ksef.url)
    assert report.problems == problems
    told = float(report.result("ksef-test-clock")["params"]["seconds"])
    assert told == pytest.approx(seconds, abs=0.2)


def test_ksef_without_a_key_to_encrypt_with(company: Company) -> None:
    challenge = company.simulator.call("POST", "/v2/auth/challenge").json
    with scripted_server(
        lambda request: json_reply([] if request.method == "GET" else challenge)
    ) as ksef:
        report = examined(company, KSEF_URL_TEST=ksef.url)
    assert ("ksef-test-public-key", "failed", "ksef-public-key-missing") in report.problems


def test_all_environments_are_asked_on_request(company: Company) -> None:
    report = examined(company, "--all-environments")
    assert report.problems == {
        ("ksef-demo", "failed", "ksef-connection-failed"),
        ("ksef-production", "failed", "ksef-connection-failed"),
    }
    assert report.result("ksef-test")["status"] == "ok"


def test_it_ends_in_time_when_everything_hangs(company: Company, mariadb: MariaDb) -> None:
    with ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        start = time.monotonic()
        report = examined(
            company,
            "--all-environments",
            ESPOCRM_DATABASE_URL=f"mysql+pymysql://somebody:x@{address}/espocrm",
            STATE_DATABASE_URL=f"mysql+pymysql://somebody:x@{address}/state",
            LISTEN=address,
            KSEF_URL_TEST=f"http://{address}/v2",
            KSEF_URL_DEMO=f"https://{address}/v2",
        )
        assert time.monotonic() - start < 20
    assert report.problems >= {
        ("espocrm-database", "failed", "database-timed-out"),
        ("state-database", "failed", "database-timed-out"),
        ("bridge", "failed", "bridge-silent"),
        ("ksef-test", "failed", "ksef-answer-timed-out"),
        ("ksef-demo", "failed", "ksef-connect-timed-out"),
    }


def test_the_columns_looked_for_are_those_that_the_bridge_reads(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/espocrm.sqlite3")
    with engine.begin() as connection:
        for table, columns in COLUMNS_READ.items():
            connection.exec_driver_sql(f"CREATE TABLE {table.name} ({', '.join(columns)})")
    Profiles(engine).check()
    engine.dispose()


@pytest.mark.parametrize(
    ("version", "server", "supported"),
    [
        ("10.11.19-MariaDB-0+deb12u1", "MariaDB 10.11", True),
        ("5.5.5-10.3.39-MariaDB-log", "MariaDB 10.3", True),
        ("5.5.5-10.2.44-MariaDB", "MariaDB 10.2", False),
        ("11.4.2-MariaDB", "MariaDB 11.4", True),
        ("8.0.36", "MySQL 8.0", True),
        ("8.4.0-commercial", "MySQL 8.4", True),
        ("5.7.44-log", "MySQL 5.7", False),
    ],
)
def test_the_least_version_of_the_server(version: str, server: str, supported: bool) -> None:
    result = judge_server_version("espocrm-server", version)
    assert result.params["server"] == server
    expected = (
        DoctorCode.ESPOCRM_SERVER_SUPPORTED if supported else DoctorCode.ESPOCRM_SERVER_TOO_OLD
    )
    assert result.code is expected


@pytest.mark.parametrize(
    ("line", "privileges"),
    [
        ("GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*0'", {"USAGE"}),
        ("GRANT SELECT, INSERT ON `espo\\_crm`.* TO `a`@`%`", {"SELECT", "INSERT"}),
        ("GRANT SELECT ON `espo_crm`.`ksef_profile` TO `a`@`%`", {"SELECT"}),
        ('GRANT DELETE ON "espo_crm"."ksef_profile" TO "a"@"%"', {"DELETE"}),
        ("GRANT ALL PRIVILEGES ON `espo%`.* TO `a`@`%` WITH GRANT OPTION", {"ALL PRIVILEGES"}),
        (
            "GRANT SELECT (`id`, `nip`), UPDATE (`nip`) ON `espo_crm`.* TO `a`@`%`",
            {"SELECT", "UPDATE"},
        ),
        ("GRANT INSERT ON `espo-crm`.* TO `a`@`%`", set()),
        ("GRANT INSERT ON `espo\\_crm2`.* TO `a`@`%`", set()),
        ("GRANT INSERT ON `espo_crm`.`user` TO `a`@`%`", set()),
        ("GRANT EXECUTE ON PROCEDURE `espo_crm`.`p` TO `a`@`%`", set()),
        ("GRANT `role`@`%` TO `a`@`%`", set()),
        ("GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION", set()),
    ],
)
def test_grants_as_servers_write_them(line: str, privileges: set[str]) -> None:
    assert privileges_on(parse_grants([line]), "espo_crm", "ksef_profile") == privileges


def test_no_text_is_left_over_and_every_code_is_said() -> None:
    texts = json.loads((PACKAGE / "messages" / "catalogue" / "doctor.json").read_text("utf-8"))
    assert set(texts) == set(DoctorCode)
    assert all(text.endswith(".") for each in texts.values() for text in each.values())
    sources = "".join(path.read_text("utf-8") for path in (PACKAGE / "doctor").glob("*.py"))
    assert set(re.findall(r"DoctorCode\.([A-Z_0-9]+)", sources)) == set(DoctorCode.__members__)
