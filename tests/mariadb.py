"""A private MariaDB server from the installed package: own folder, own socket, loopback only.

Another version, or a MySQL server, takes its place where KSEF_DATABASE_SERVER names its program:
the path of a `mariadbd` that has its `mariadb-install-db` beside it, or of a `mysqld`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import free_port
from tests.secret_register import register_secret


def _found(program: str, *folders: Path) -> str:
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
    return shutil.which(program, path=path) or program


# Debian keeps it where only root's PATH leads.
_SERVER = os.environ.get("KSEF_DATABASE_SERVER") or _found("mariadbd", Path("/usr/sbin"))
IS_MYSQL = Path(_SERVER).name == "mysqld"
# It listens for another protocol besides, and refuses to start without Debian's folder of files.
_OF_MYSQL = ("--mysqlx=OFF", "--secure-file-priv=NULL", "--performance-schema=OFF")


@dataclass
class MariaDb:
    """A server with its data in `folder`; `start` and `stop` may be called again and again."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    options: tuple[str, ...] = ()

    @property
    def socket(self) -> Path:
        return self.folder / "server.sock"

    @property
    def temporary_files(self) -> Path:
        return self.folder / "tmp"

    def initialise(self) -> None:
        self.temporary_files.mkdir()
        if IS_MYSQL:
            install = [_SERVER, "--no-defaults", "--initialize-insecure"]
        else:
            install = [_found("mariadb-install-db", Path(_SERVER).parent), "--no-defaults"]
            install += ["--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run([*install, *self._place()], check=True, capture_output=True)

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(_SERVER, "--no-defaults", *self._place()),
                    *(f"--socket={self.socket}", f"--port={self.port}"),
                    *("--bind-address=127.0.0.1", "--skip-log-bin", "--innodb-flush-method=fsync"),
                    *(*(_OF_MYSQL if IS_MYSQL else ()), *self.options),
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(subprocess.CalledProcessError):
                self.execute("SELECT 1")
                return
            time.sleep(0.1)
        raise AssertionError((self.folder / "server.log").read_text()[-3000:])

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=60)
            self.process = None

    def execute(self, statements: str) -> None:
        """Run SQL as the server's root."""
        self.query(statements)

    def query(self, statements: str) -> list[str]:
        """Run SQL as the server's root; the rows, with tabs between columns."""
        options = ["--no-defaults", "--batch", "--skip-column-names"]
        finished = subprocess.run(
            ["mariadb", *options, f"--socket={self.socket}", "--user=root"],
            input=statements.encode(),
            check=True,
            capture_output=True,
        )
        return finished.stdout.decode().splitlines()

    def new_database(self, privileges: str = "ALL") -> str:
        """The URL of a database of its own, with an account that has `privileges` on it."""
        name = f"db_{secrets.token_hex(4)}"
        password = register_secret(secrets.token_urlsafe(16))
        self.execute(
            f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
            f"CREATE USER {name}@'127.0.0.1' IDENTIFIED BY '{password}';"
            f"GRANT {privileges} ON {name}.* TO {name}@'127.0.0.1';"
        )
        return f"mysql+pymysql://{name}:{password}@127.0.0.1:{self.port}/{name}"

    def _place(self) -> list[str]:
        # A server that starts deletes the temporary files of others in a shared folder.
        place = [f"--datadir={self.folder / 'data'}", f"--tmpdir={self.temporary_files}"]
        # It refuses to run as root unless told so.
        return [*place, "--user=root"] if os.geteuid() == 0 else place


@contextlib.contextmanager
def private_mariadb(folder: Path, *options: str) -> Iterator[MariaDb]:
    """A running server, gone with its data at the end; `options` are mariadbd's."""
    folder.mkdir(parents=True)
    server = MariaDb(folder, options=options)
    server.initialise()
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder / "data")
