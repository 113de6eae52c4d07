"""The database account of the compose file, made by a real MariaDB before EspoCRM has tables."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from tests.docker.test_definitions import DOCKER
from tests.mariadb import IS_MYSQL, MariaDb
from tests.secret_register import register_secret

pytestmark = pytest.mark.skipif(IS_MYSQL, reason="the compose file has a MariaDB")


@pytest.fixture
def script(mariadb: MariaDb, tmp_path: Path) -> Iterator[Path]:
    """`reader-account.sh` with secrets of its own, and a `mariadb` that leads to the server."""
    for name in ("ksef_reader_password", "database_root_password"):
        (tmp_path / name).write_text(register_secret(secrets.token_hex(24)))
    text = (DOCKER / "reader-account.sh").read_text()
    script = tmp_path / "reader-account.sh"
    script.write_text(text.replace("/run/secrets/", f"{tmp_path}/"))
    client = tmp_path / "bin" / "mariadb"
    client.parent.mkdir()
    client.write_text(
        "#!/bin/sh\n"
        # The server's root has no password here.
        f'[ "$MYSQL_PWD" = "$(cat {tmp_path}/database_root_password)" ] || exit 1\n'
        f"MYSQL_PWD= exec {shutil.which('mariadb')} --no-defaults --socket={mariadb.socket} "
        '$OPTION "$@"\n'
    )
    client.chmod(0o755)
    mariadb.execute("CREATE DATABASE espocrm")
    yield script
    mariadb.execute("DROP DATABASE espocrm; DROP USER IF EXISTS ksef_reader")


def as_the_image_runs_it(
    script: Path, how: str, option: str = ""
) -> subprocess.CompletedProcess[str]:
    """In MariaDB's entrypoint: sourced, or executed where the mounted file is executable."""
    script.chmod(0o755)
    return subprocess.run(
        ["bash", "-c", f"set -eo pipefail; {how} {script}; echo goes on"],
        env={"PATH": f"{script.parent}/bin:{os.environ['PATH']}", "OPTION": option},
        capture_output=True,
        text=True,
        check=False,
    )


def read(mariadb: MariaDb, script: Path, statement: str) -> None:
    with (
        pymysql.connect(
            host="127.0.0.1",
            port=mariadb.port,
            user="ksef_reader",
            password=(script.parent / "ksef_reader_password").read_text(),
            database="espocrm",
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("how", [".", ""], ids=["sourced", "executed"])
def test_it_reads_the_two_tables_once_they_are_there_and_does_nothing_else(
    mariadb: MariaDb, script: Path, how: str
) -> None:
    made = as_the_image_runs_it(script, how)
    assert (made.returncode, made.stdout, made.stderr) == (0, "goes on\n", "")
    with pytest.raises(pymysql.err.MySQLError, match="CREATE command denied"):
        read(mariadb, script, "CREATE TABLE ksef_profile (id INT)")
    for table in ("ksef_profile", "ksef_certificate", "account"):
        mariadb.execute(f"CREATE TABLE espocrm.{table} (id INT)")
    read(mariadb, script, "SELECT * FROM ksef_profile JOIN ksef_certificate USING (id)")
    with pytest.raises(pymysql.err.MySQLError, match="INSERT command denied"):
        read(mariadb, script, "INSERT INTO ksef_profile VALUES (1)")
    with pytest.raises(pymysql.err.MySQLError, match="DELETE command denied"):
        read(mariadb, script, "DELETE FROM ksef_certificate")
    with pytest.raises(pymysql.err.MySQLError, match="SELECT command denied"):
        read(mariadb, script, "SELECT * FROM account")


def test_run_again_it_takes_a_new_password(mariadb: MariaDb, script: Path) -> None:
    assert as_the_image_runs_it(script, "").returncode == 0
    mariadb.execute("CREATE TABLE espocrm.ksef_profile (id INT)")
    (script.parent / "ksef_reader_password").write_text(register_secret(secrets.token_hex(24)))
    with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
        read(mariadb, script, "SELECT 1")
    assert as_the_image_runs_it(script, "").returncode == 0
    read(mariadb, script, "SELECT * FROM ksef_profile")


def test_without_its_password_no_account_is_made(mariadb: MariaDb, script: Path) -> None:
    (script.parent / "ksef_reader_password").unlink()
    for how in (".", ""):
        made = as_the_image_runs_it(script, how)
        assert made.returncode != 0
        assert "goes on" not in made.stdout
    assert mariadb.query("SELECT User FROM mysql.user WHERE User = 'ksef_reader'") == []


def test_a_failure_does_not_print_the_password(mariadb: MariaDb, script: Path) -> None:
    made = as_the_image_runs_it(script, "", option="--init-command=SET/**/tx_read_only=1")
    assert made.returncode != 0
    assert "READ ONLY" in made.stderr
    password = (script.parent / "ksef_reader_password").read_text()
    assert password not in made.stdout + made.stderr
