"""What is wrong with a database, its tables, its clock or the rights in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url

from bridge.doctor.codes import DoctorCode
from bridge.doctor.database_server import judge_server_version
from bridge.doctor.espocrm_tables import COLUMNS_READ
from bridge.doctor.grants import parse_grants, privileges_on
from bridge.doctor.state_database import check_state
from bridge.espocrm.profiles import Profiles
from bridge.settings import PREFIX
from tests.doctor.examined_company import Company, Problems, espocrm_database, examined, reader
from tests.mariadb import MariaDb
from tests.secret_register import register_secret

STATE_TABLE = "CREATE TABLE IF NOT EXISTS ksef_bridge_session (profile_id VARCHAR(64));"


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


def test_a_state_file_in_a_folder_of_another_account(tmp_path: Path) -> None:
    """As root without its capabilities finds it in the bridge's container."""
    folder = tmp_path / "of another account"
    folder.mkdir(mode=0)
    account = os.geteuid()
    if account == 0:
        os.seteuid(65534)
    try:
        [result] = check_state(make_url(f"sqlite:///{folder}/state.sqlite3")).results
    finally:
        os.seteuid(account)
    assert result.code is DoctorCode.DATABASE_FILE_UNREADABLE


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
