"""An EspoCRM from inside: its command line, its PHP, its database, its files."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, text

from tests.e2e.given_installation import GivenInstallation

SCRIPTS = Path(__file__).with_name("php")
EXTENSION = "KSeF"
# EspoCRM's setting cronMinInterval, which counts whole seconds, and one of them.
CRON_INTERVAL = 3.0


@dataclass
class EspoCrm:
    """The installation under test."""

    given: GivenInstallation
    environment: Mapping[str, str] = field(default_factory=dict)
    """What its command line finds besides this process's environment."""
    _cron_ran: float = -CRON_INTERVAL

    def command(self, *arguments: str) -> str:
        """`php command.php ARGUMENTS`; what it printed."""
        return self._php("command.php", *arguments)

    def attempted(self, *arguments: str, entered: str = "") -> subprocess.CompletedProcess[str]:
        """`php command.php ARGUMENTS`, however it ends, with what its standard input brings."""
        return self._run("command.php", *arguments, entered=entered)

    def script(self, name: str, *arguments: str) -> Any:
        """The JSON that a script of `php/` prints; it runs in EspoCRM's folder."""
        return json.loads(self._php(str(SCRIPTS / name), *arguments))

    def run_job(self, name: str) -> str:
        return self.command("run-job", name)

    def run_cron(self) -> None:
        """What the crontab runs every minute; soon after the last time EspoCRM would do nothing."""
        time.sleep(max(0.0, self._cron_ran + CRON_INTERVAL - time.monotonic()))
        self._php("cron.php")
        self._cron_ran = time.monotonic()

    def install(self, package: Path) -> str:
        return self.command("extension", f"--file={package}")

    def uninstall(self) -> str:
        return self.command("extension", "-u", f"--name={EXTENSION}")

    @cached_property
    def version(self) -> str:
        return str(self.script("configuration.php", "get", "version")["value"])

    def configure(self, name: str, value: object) -> None:
        """Set a parameter of the configuration, past every rule."""
        self.script("configuration.php", "set", name, json.dumps(value))

    def configuration(self, name: str) -> Any:
        return self.script("configuration.php", "get", name)["value"]

    @cached_property
    def database_url(self) -> URL:
        """EspoCRM's own account for its own database."""
        found = self.configuration("database")
        return URL.create(
            "mysql+pymysql",
            username=found["user"],
            password=found["password"],
            host=found["host"],
            port=int(found["port"]) if found.get("port") else None,
            database=found["dbname"],
            query={"charset": "utf8mb4"},
        )

    @cached_property
    def engine(self) -> Engine:
        return create_engine(self.database_url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def rows(self, statement: str, **values: object) -> list[dict[str, Any]]:
        """The rows of a SELECT."""
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(statement), values).mappings()]

    def execute(self, statement: str, **values: object) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(statement), values)

    def dump(self, folder: Path) -> Path:
        """Every value of every table, raw: no escaping hides anything from a search."""
        folder.mkdir(parents=True, exist_ok=True)
        with self.engine.connect() as connection:
            for (table,) in connection.execute(text("SHOW TABLES")).all():
                with (folder / f"{table}.rows").open("wb") as file:
                    for row in connection.execute(text(f"SELECT * FROM `{table}`")):  # noqa: S608
                        for value in row:
                            raw = value if isinstance(value, bytes) else str(value).encode()
                            file.write(raw + b"\n")
        return folder

    def _php(self, script: str, *arguments: str) -> str:
        finished = self._run(script, *arguments)
        said = f"{script} {' '.join(arguments[:1])}\n{finished.stdout}\n{finished.stderr}"
        assert finished.returncode == 0, said[-4000:]
        return finished.stdout

    def _run(
        self, script: str, *arguments: str, entered: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.given.php, script, *arguments],
            cwd=self.given.root,
            env={**os.environ, **self.environment},
            input=entered,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


@contextlib.contextmanager
def log_level(espocrm: EspoCrm, level: str) -> Iterator[None]:
    """EspoCRM logs from this level on until the block ends."""
    before = espocrm.configuration("logger")
    espocrm.configure("logger", {**before, "level": level})
    try:
        yield
    finally:
        espocrm.configure("logger", before)
