"""`ksef-bridge doctor` calls a healthy installation so, in words or JSON, and changes nothing."""

from __future__ import annotations

import json
import platform
import re
import shutil
import socket
import time
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine

import bridge
from bridge.doctor.codes import DoctorCode
from bridge.doctor.versions import check_versions
from bridge.messages import Catalogue
from bridge.messages.message_catalogue import Language
from bridge.settings import PREFIX
from tests.doctor.examined_company import STATE_PRIVILEGES, Company, examined, run
from tests.installation import Installation, new_nip
from tests.mariadb import MariaDb
from tests.processes import RunningCommand

PACKAGE = Path(bridge.__file__).parent


def test_a_healthy_installation_is_called_so(company: Company) -> None:
    report = examined(company)
    assert (report.exit_code, report.problems) == (0, set())
    assert report.names() == {
        *(
            "versions",
            "settings",
            "master-keys",
            "api-keys",
            "api-key",
            "tls",
            "runtime-folder",
            "bridge",
        ),
        *("espocrm-database", "espocrm-server", "espocrm-clock", "espocrm-tables"),
        *("espocrm-rights", "profiles", "state-database", "state-clock", "state-tables"),
        *("state-rights", "credential-seals", "session-seals", "enrolment-seals"),
        *("ksef-tokens", "certificates", "home"),
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


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_versions_that_a_fault_report_needs_are_told(language: Language) -> None:
    (found,) = check_versions()
    told = Catalogue.load().text(found.code, language, found.params)
    assert f"Python {platform.python_version()}," in told
    for library in ("cryptography", "SQLAlchemy", "PyMySQL", "gunicorn", "Tornado"):
        assert f" {library} {version(library)}" in told


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


def test_no_text_is_left_over_and_every_code_is_said() -> None:
    texts = json.loads((PACKAGE / "messages" / "catalogue" / "doctor.json").read_text("utf-8"))
    assert set(texts) == set(DoctorCode)
    assert all(text.endswith(".") for each in texts.values() for text in each.values())
    sources = "".join(path.read_text("utf-8") for path in (PACKAGE / "doctor").glob("*.py"))
    assert set(re.findall(r"DoctorCode\.([A-Z_0-9]+)", sources)) == set(DoctorCode.__members__)
