"""Measures everything and prints the table.

Exits with 0 when all targets hold, 1 when one is missed, 2 when the measurement failed.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from benchmark.access_tokens import Rounds, access_token_rows
from benchmark.certificate_save import certificate_save_rows
from benchmark.commands import command_rows
from benchmark.daily_jobs import Companies, daily_job_rows
from benchmark.espocrm import bridged_espocrm
from benchmark.inspection import inspection_rows
from benchmark.many_logins import many_login_rows
from benchmark.many_sessions import many_session_rows
from benchmark.offline_signing import offline_signing_rows
from benchmark.own_process import PartFailed
from benchmark.pages import page_rows
from benchmark.php_request import php_request_rows
from benchmark.portal_certificate import portal_certificate
from benchmark.servers import PROFILES, espocrm_database, running_simulator
from benchmark.table import Row, markdown
from benchmark.third_party_login import Ksef2Login
from benchmark.waiting_logins import waiting_login_rows
from tests.e2e.given_installation import GivenInstallation, given_installation
from tests.installation import Installation
from tests.mariadb import private_mariadb
from tests.processes import COMMAND, RunningCommand


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds of load, inspections, signatures.

    `waiting_logins` is how often each client logs in while KSeF works for so many seconds,
    `many` are the profiles that log in at once, `sessions` those that have one. What begins with
    `commands` is how often somebody waits: for a command, a PHP process, a save, a page.
    """

    rounds: Rounds
    waiting_logins: Mapping[float, int]
    many: int
    sessions: int
    inspections: int
    signatures: int
    commands: int
    php_processes: int
    saves: int
    pages: int
    companies: Companies


_FULL = Effort(
    Rounds(number=12, seconds=1.5),
    waiting_logins={0: 25, 0.3: 5, 1.2: 5, 5: 3},
    many=2000,
    sessions=10_000,
    inspections=100,
    signatures=1000,
    commands=5,
    php_processes=30,
    saves=15,
    pages=15,
    companies=Companies(50, 20),
)
_QUICK = Effort(
    Rounds(number=3, seconds=0.8),
    waiting_logins={0: 11, 0.3: 1, 1.2: 1, 5: 1},
    many=200,
    sessions=2000,
    inspections=30,
    signatures=300,
    commands=1,
    php_processes=10,
    saves=5,
    pages=4,
    companies=Companies(5, 20),
)
_IN_ESPOCRM = (
    "a PHP process that takes an access token, the save of a certificate, the daily jobs, pages in "
    "Chromium"
)


@click.command()
@click.option(
    "--quick", is_flag=True, help="Measure less: some two minutes instead of a quarter of an hour."
)
def main(quick: bool) -> None:
    """Measure the bridge beside its floors and print the ratios as a Markdown table."""
    try:
        rows = measured(_QUICK if quick else _FULL)
    except PartFailed as failed:
        click.echo(f"The measurement failed: {failed}", err=True)
        sys.exit(2)
    click.echo(f"{markdown(rows)}\n\n{machine()}")
    sys.exit(0 if all(row.is_good for row in rows) else 1)


def measured(effort: Effort) -> list[Row]:
    """All rows of the table. Raises PartFailed."""
    with tempfile.TemporaryDirectory(prefix="ksef-bench-") as name:
        folder = Path(name)
        say("MariaDB, a simulator and a bridge with its profiles")
        with (
            private_mariadb(folder / "mariadb") as mariadb,
            running_simulator(folder / "simulator.log") as simulator,
        ):
            installation = Installation.create(folder / "bridges" / "bridge", simulator, [COMMAND])
            installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"] = espocrm_database(mariadb)
            certificate = portal_certificate(simulator, folder / "from-portal")
            say("Access tokens from live sessions")
            rows = access_token_rows(installation, mariadb, folder, effort.rounds)
            say("Logins that KSeF works on for a while")
            rows += waiting_login_rows(installation, folder / "from-portal", effort.waiting_logins)
            say("Many logins at once")
            rows += many_login_rows(installation, effort.many)
            say("Many sessions")
            rows += many_session_rows(
                simulator, mariadb, folder, effort.rounds, number=effort.sessions
            )
            say("Inspections")
            rows += inspection_rows(certificate, effort.inspections)
            say("Offline signatures")
            rows += offline_signing_rows(effort.signatures)
            say("Commands")
            rows += command_rows(installation, folder, effort.commands)
            given = given_installation()
            if isinstance(given, GivenInstallation):
                rows += espocrm_rows(given, simulator, folder, effort)
            return rows


def espocrm_rows(
    given: GivenInstallation, simulator: RunningCommand, folder: Path, effort: Effort
) -> list[Row]:
    """What is waited for in an EspoCRM. Raises PartFailed."""
    say("EspoCRM with the extension")
    with bridged_espocrm(given, simulator, folder) as bridged:
        say("PHP processes")
        rows = php_request_rows(bridged, effort.php_processes)
        say("Certificates entered")
        rows += certificate_save_rows(bridged, effort.saves)
        say("Pages")
        rows += page_rows(bridged, effort.pages)
        say("Daily jobs")
        return [*rows, *daily_job_rows(bridged, effort.companies)]


def machine() -> str:
    """What the figures were taken on, and with what data."""
    cores = len(os.sched_getaffinity(0))
    given = given_installation()
    espocrm = f" Not measured in EspoCRM, {given}: {_IN_ESPOCRM}." if isinstance(given, str) else ""
    ksef2 = "" if Ksef2Login.is_installed() else " ksef2 (Python 3.12) is not installed."
    return (
        f"Medians of interleaved rounds in one run on {cores} cores ({platform.machine()}, "
        f"{platform.system()}), Python {platform.python_version()}; EspoCRM's tables with "
        f"{PROFILES} profiles on MariaDB, servers and load on the same machine.{ksef2}{espocrm}"
    )


def say(text: str) -> None:
    click.echo(f"{text} …", err=True)


if __name__ == "__main__":
    main()
