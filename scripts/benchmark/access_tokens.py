"""Access tokens from live sessions, beside a bare Flask view on the same server and database."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.bare_view import DATABASE_VARIABLE
from benchmark.load import Load, load
from benchmark.own_process import PartFailed
from benchmark.servers import serving
from benchmark.table import Row, Target, Unit
from tests.installation import Installation, new_nip
from tests.mariadb import MariaDb
from tests.processes import RunningCommand

_WORKERS = 2
_THREADS = 16
_LIVE_PROFILES = [f"live-{number:02}" for number in range(20)]
_STATE_URL = "KSEF_BRIDGE_STATE_DATABASE_URL"
_HANDS = {"KSEF_BRIDGE_WORKERS": str(_WORKERS), "KSEF_BRIDGE_THREADS": str(_THREADS)}
_WARM_UP_SECONDS = 1.0
_BARE_VIEW = "bare Flask view, one SELECT"


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often each server is loaded in its turn, and for how many seconds."""

    number: int
    seconds: float


def access_token_rows(
    installation: Installation, mariadb: MariaDb, folder: Path, rounds: Rounds
) -> list[Row]:
    """Rates and median times, with the state database on SQLite and on MariaDB."""
    with contextlib.ExitStack() as stack:
        on_sqlite = stack.enter_context(installation.running(**_HANDS))
        for profile_id in _LIVE_PROFILES:
            installation.add_token_profile(profile_id, new_nip())
        state_url = {_STATE_URL: mariadb.new_database()}
        on_mariadb = stack.enter_context(installation.running(**_HANDS, **state_url))
        body_bytes = [_log_in(bridge, installation.api_key) for bridge in (on_sqlite, on_mariadb)]
        espocrm_url = installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"]
        bare_view = serving(
            *("benchmark.bare_view", _WORKERS, _THREADS, max(body_bytes)),
            log=folder / "bare-view.log",
            environment={DATABASE_VARIABLE: espocrm_url},
        )
        ports = {
            "SQLite": on_sqlite.port,
            _BARE_VIEW: stack.enter_context(bare_view),
            "MariaDB": on_mariadb.port,
        }
        loads = _in_turn(ports, _requests(installation.api_key), rounds, folder)
    fastest = max(load.rate for load in loads.values())
    bare = loads.pop(_BARE_VIEW)
    rows = [row for state, ours in loads.items() for row in _rows(state, ours, bare)]
    return [*rows, _generator_row(fastest, max(body_bytes), installation.api_key, folder)]


def _log_in(bridge: RunningCommand, api_key: str) -> int:
    """Make every profile's session live; the length of an answer in bytes. Raises PartFailed."""
    headers = {"Authorization": f"Bearer {api_key}"}
    lengths = set()
    for profile_id in _LIVE_PROFILES:
        answer = bridge.call("POST", _path(profile_id), headers=headers)
        if answer.status != 200:
            raise PartFailed(f"login of {profile_id}: {answer.body.decode()}")
        lengths.add(len(answer.body))
    return max(lengths)


def _path(profile_id: str) -> str:
    return f"/v1/profiles/{profile_id}/access-token"


def _requests(api_key: str) -> list[str]:
    return [
        f"POST {_path(profile_id)} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {api_key}\r\nContent-Length: 0\r\n\r\n"
        for profile_id in _LIVE_PROFILES
    ]


def _in_turn(
    ports: Mapping[str, int], requests: Sequence[str], rounds: Rounds, folder: Path
) -> dict[str, Load]:
    """The medians of each server's rounds.

    The servers take turns, so that whatever else the machine does disturbs all of them alike.
    """
    for port in ports.values():
        load(port, requests, _WARM_UP_SECONDS, folder)
    taken: dict[str, list[Load]] = {name: [] for name in ports}
    for _ in range(rounds.number):
        for name, port in ports.items():
            taken[name].append(load(port, requests, rounds.seconds, folder))
    return {
        name: Load(
            rate=statistics.median(each.rate for each in loads),
            median_seconds=statistics.median(each.median_seconds for each in loads),
        )
        for name, loads in taken.items()
    }


def _rows(state: str, ours: Load, bare: Load) -> list[Row]:
    name = f"Access token from a live session, state on {state}"
    return [
        Row(
            measured=f"{name}: answers",
            ours=ours.rate,
            against=_BARE_VIEW,
            other=bare.rate,
            unit=Unit.PER_SECOND,
            target=Target("≥", 0.6),
        ),
        Row(
            measured=f"{name}: median time",
            ours=ours.median_seconds * 1000,
            against=_BARE_VIEW,
            other=bare.median_seconds * 1000,
            unit=Unit.MILLISECONDS,
            target=Target("≤", 2),
        ),
    ]


def _generator_row(fastest: float, body_bytes: int, api_key: str, folder: Path) -> Row:
    """Whether the load generator could have driven a server much faster than those measured."""
    with serving("benchmark.fixed_answer", body_bytes, log=folder / "fixed-answer.log") as port:
        alone = load(port, _requests(api_key), _WARM_UP_SECONDS, folder)
    return Row(
        measured="The load generator itself, on a server that only answers",
        ours=alone.rate,
        against="the fastest of these",
        other=fastest,
        unit=Unit.PER_SECOND,
        target=Target("≥", 3),
    )
