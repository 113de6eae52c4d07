"""`scripts/soak`: a day's life of two bridges in half an hour, and figures of it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.faults.callers import token_in_the_end
from tests.faults.chaos import Chaos
from tests.faults.mariadb_installation import on_mariadb
from tests.faults.profiles import new_profile
from tests.installation import Installation
from tests.mariadb import MariaDb, private_mariadb
from tests.processes import COMMAND, RunningCommand, free_port, running
from tests.soak.answers import Answers
from tests.soak.bridges import Bridges
from tests.soak.disturbances import Disturbances
from tests.soak.life import Life, Profiles
from tests.soak.overload import SECONDS, Overload
from tests.soak.sizes import Sizes

# Disturbances, one after the other, take so much of the time; the rest is quiet.
_DISTURBED = 0.85
# A bridge closes a caller's connection after ten seconds of silence, and with it a file.
_SILENT_ARE_LEFT_AFTER = 12.0
_LONGEST_DISTURBANCE = 30.0


def main() -> int:
    """1 when something failed that was not to be borne."""
    asked = _arguments()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="ksef-soak-"))
    say(f"Logs and databases are in {folder}.")
    with world(folder) as (bridges, mariadb, chaos):
        start = time.monotonic()
        profiles = made(bridges, folder, asked.profiles)
        say(f"{len(profiles)} profiles have logged in after {time.monotonic() - start:.0f} s.")
        return soak(bridges, mariadb, chaos, profiles, asked.minutes * 60)


def soak(
    bridges: Bridges, mariadb: MariaDb, chaos: Chaos, profiles: Profiles, seconds: float
) -> int:
    """Overload the bridges, live so long, overload them again, and print what came of it."""
    answers = Answers()
    life = Life(bridges, profiles, answers)
    rushes = [Overload(bridges, list(profiles), min(SECONDS, seconds / 6)) for _ in range(2)]
    sizes = Sizes(bridges.processes, every=max(1.0, seconds / 300))
    with sizes.watching():
        rushes[0].run()
        time.sleep(_SILENT_ARE_LEFT_AFTER)
        # All threads have worked: what a process takes from now on it takes without end.
        sizes.are_warm()
        with ThreadPoolExecutor(64) as pool:
            life.start(pool)
            try:
                disturb(Disturbances(bridges, mariadb, chaos, answers, seconds / 60), seconds)
            finally:
                life.end()
        rushes[1].run()
        time.sleep(_SILENT_ARE_LEFT_AFTER)
    faults = [*answers.unexpected, *sizes.grown(), *left(bridges, chaos, profiles)]
    faults += [fault for rush in rushes for fault in rush.faults()]
    reports = [rush.report() for rush in rushes]
    for lines in (answers.table(), answers.failure_table(), sizes.table(), *reports):
        print("\n".join(lines), end="\n\n")  # noqa: T201
    say(f"{sum(map(len, answers.seconds.values())):,} answers in {seconds / 60:.0f} minutes.")
    for fault in sorted(set(faults)):
        say(f"Not to be borne: {fault}")
    return int(bool(faults))


def disturb(disturbances: Disturbances, seconds: float) -> None:
    """All disturbances once, or more often in a longer time, at even distances."""
    once = disturbances.all()
    times = max(1, round(seconds * _DISTURBED / len(once) / (3 * _LONGEST_DISTURBANCE)))
    start = time.monotonic()
    for number, each in enumerate(once * times):
        due = start + seconds * _DISTURBED * number / len(once) / times
        time.sleep(max(0.0, due - time.monotonic()))
        each()
    time.sleep(max(0.0, start + seconds - time.monotonic()))


def left(bridges: Bridges, chaos: Chaos, profiles: Profiles) -> list[str]:
    """Sessions at KSeF that no bridge holds, after each profile was asked for once more."""
    faults = []
    for profile, nip in profiles.items():
        token = token_in_the_end(bridges, profile, force_refresh=True, within=60)
        live = chaos.live_sessions(nip)
        # Of a certificate that was requested the session is the profile's own, too.
        if live != {token["sessionReference"]}:
            faults.append(f"{profile} has {len(live)} sessions at KSeF")
    if orphans := chaos.state()["orphans"]:
        faults.append(f"{orphans} sessions at KSeF are nobody's")
    return faults


@contextmanager
def world(folder: Path) -> Iterator[tuple[Bridges, MariaDb, Chaos]]:
    """A simulator without limits on calls, MariaDB with both databases, and two bridges."""
    with ExitStack() as stack:
        (folder / "logs").mkdir(parents=True)
        port = free_port()
        log = folder / "logs" / "simulator.log"
        simulator: RunningCommand = stack.enter_context(
            running(["simulator", "--port", str(port)], port, log, executed=[COMMAND])
        )
        # A day of calls comes in half an hour.
        simulator.call("PUT", "/_simulator/limits", json_body={"enabled": False})
        mariadb = stack.enter_context(private_mariadb(folder / "mariadb"))
        installation = Installation.create(folder / "logs" / "bridges", simulator)
        bridges = Bridges.of(on_mariadb(installation, mariadb))
        stack.enter_context(bridges.all_running())
        yield bridges, mariadb, Chaos(simulator)


def made(bridges: Bridges, folder: Path, count: int) -> Profiles:
    """Profiles that have logged in, half of them by certificate; their NIPs."""

    def one(number: int) -> tuple[str, str]:
        method = ("Token", "Certificate")[number % 2]
        profile = f"{method[0].lower()}{number}"
        nip = new_profile(bridges, folder / "certificates", profile, method)
        token_in_the_end(bridges, profile, within=60)
        return profile, nip

    with ThreadPoolExecutor(8) as pool:
        return dict(pool.map(one, range(count)))


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--profiles", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="for logs and databases; a new one without it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
