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
from benchmark.inspection import inspection_rows
from benchmark.logins import login_rows
from benchmark.offline_signing import offline_signing_rows
from benchmark.own_process import PartFailed
from benchmark.portal_certificate import portal_certificate
from benchmark.servers import PROFILES, espocrm_database, running_simulator
from benchmark.table import Row, markdown
from benchmark.third_party_login import Ksef2Login
from benchmark.waiting_logins import waiting_login_rows
from tests.installation import Installation
from tests.mariadb import private_mariadb
from tests.processes import COMMAND


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds of load, logins by each method, inspections, signatures.

    `waiting_logins` is how often each client logs in while KSeF works for so many seconds.
    """

    rounds: Rounds
    logins: int
    waiting_logins: Mapping[float, int]
    inspections: int
    signatures: int


_FULL = Effort(
    Rounds(number=24, seconds=1.5),
    logins=150,
    waiting_logins={0: 25, 0.3: 5, 1.2: 5, 5: 3},
    inspections=100,
    signatures=1000,
)
_QUICK = Effort(
    Rounds(number=7, seconds=1),
    logins=40,
    waiting_logins={0: 15, 0.3: 1, 1.2: 1, 5: 1},
    inspections=30,
    signatures=300,
)


@click.command()
@click.option(
    "--quick", is_flag=True, help="Measure less: little more than a minute instead of some five."
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
            say("Logins")
            rows += login_rows(installation, folder, effort.logins)
            say("Logins that KSeF works on for a while")
            rows += waiting_login_rows(installation, effort.waiting_logins)
            say("Inspections")
            rows += inspection_rows(certificate, effort.inspections)
            say("Offline signatures")
            return [*rows, *offline_signing_rows(effort.signatures)]


def machine() -> str:
    """What the figures were taken on, and with what data."""
    cores = len(os.sched_getaffinity(0))
    ksef2 = "" if Ksef2Login.is_installed() else " ksef2 (Python 3.12) is not installed."
    return (
        f"Medians of interleaved rounds in one run on {cores} cores ({platform.machine()}, "
        f"{platform.system()}), Python {platform.python_version()}; EspoCRM's tables with "
        f"{PROFILES} profiles on MariaDB, servers and load on the same machine.{ksef2}"
    )


def say(text: str) -> None:
    click.echo(f"{text} …", err=True)


if __name__ == "__main__":
    main()
