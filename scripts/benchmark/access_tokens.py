"""Access tokens from live sessions, beside a bare Flask view on the same server and database."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.bare_view import DATABASE_VARIABLE
from benchmark.load import Load, load, medians
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
_CALLERS = (1, 8, 32)
_LEAST_RATES = {"SQLite": 0.6, "MariaDB": 0.5}


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often each server is loaded in its turn by so many callers, and for how many seconds."""

    number: int
    seconds: float


def access_token_rows(
    installation: Installation, mariadb: MariaDb, folder: Path, rounds: Rounds
) -> list[Row]:
    """Rates, median and slow times by callers, with the state on SQLite and on MariaDB."""
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
        requests = requests_for(_LIVE_PROFILES, installation.api_key)
        for port in ports.values():
            load(port, requests, _WARM_UP_SECONDS, folder)
        taken = {number: _in_turn(ports, requests, rounds, folder, number) for number in _CALLERS}
    fastest = max(each.rate for loads in taken.values() for each in loads.values())
    rows = [
        row
        for state in _LEAST_RATES
        for callers, loads in taken.items()
        for row in _rows(state, callers, loads[state], loads[_BARE_VIEW])
    ]
    return [*rows, _generator_row(fastest, max(body_bytes), requests, folder)]


def _log_in(bridge: RunningCommand, api_key: str) -> int:
    """Make every profile's session live; the length of an answer in bytes. Raises PartFailed."""
    headers = {"Authorization": f"Bearer {api_key}"}
    lengths = set()
    for profile_id in _LIVE_PROFILES:
        answer = bridge.call("POST", path_of(profile_id), headers=headers)
        if answer.status != 200:
            raise PartFailed(f"login of {profile_id}: {answer.body.decode()}")
        lengths.add(len(answer.body))
    return max(lengths)


def path_of(profile_id: str) -> str:
    """Where a profile's access token is asked for."""
    return f"/v1/profiles/{profile_id}/access-token"


def requests_for(profile_ids: Sequence[str], api_key: str) -> list[str]:
    """A request for the access token of each profile, as it goes over the wire."""
    return [
        f"POST {path_of(profile_id)} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {api_key}\r\nContent-Length: 0\r\n\r\n"
        for profile_id in profile_ids
    ]


def _in_turn(
    ports: Mapping[str, int], requests: Sequence[str], rounds: Rounds, folder: Path, callers: int
) -> dict[str, Load]:
    """The medians of each server's rounds.

    The servers take turns, so that whatever else the machine does disturbs all of them alike.
    """
    taken: dict[str, list[Load]] = {name: [] for name in ports}
    for _ in range(rounds.number):
        for name, port in ports.items():
            taken[name].append(load(port, requests, rounds.seconds, folder, callers))
    return {name: medians(loads) for name, loads in taken.items()}


def _rows(state: str, callers: int, ours: Load, bare: Load) -> list[Row]:
    who = "1 caller" if callers == 1 else f"{callers} callers"
    name = f"Access token from a live session, state on {state}, {who}"
    return [
        Row(
            measured=f"{name}: answers",
            ours=ours.rate,
            against=_BARE_VIEW,
            other=bare.rate,
            unit=Unit.PER_SECOND,
            target=Target("≥", _LEAST_RATES[state]),
        ),
        Row(
            measured=f"{name}: median time",
            ours=ours.median_seconds * 1000,
            against=_BARE_VIEW,
            other=bare.median_seconds * 1000,
            unit=Unit.MILLISECONDS,
            target=Target("≤", 2),
        ),
        Row(
            measured=f"{name}: 99th percentile",
            ours=ours.slow_seconds * 1000,
            against=_BARE_VIEW,
            other=bare.slow_seconds * 1000,
            unit=Unit.MILLISECONDS,
            target=Target("≤", 2.5),
        ),
    ]


def _generator_row(fastest: float, body_bytes: int, requests: Sequence[str], folder: Path) -> Row:
    """Whether the load generator could have driven a server much faster than those measured."""
    with serving("benchmark.fixed_answer", body_bytes, log=folder / "fixed-answer.log") as port:
        alone = load(port, requests, _WARM_UP_SECONDS, folder)
    return Row(
        measured="The load generator itself, on a server that only answers",
        ours=alone.rate,
        against="the fastest of these",
        other=fastest,
        unit=Unit.PER_SECOND,
        target=Target("≥", 3),
    )
