"""One access token where ten profiles have sessions, and where ten thousand have.

The sessions are written as the bridge writes them: so many logins would take minutes.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import create_engine, insert

from benchmark.access_tokens import Rounds, path_of, requests_for
from benchmark.load import Load, load, medians
from benchmark.own_process import PartFailed
from benchmark.servers import espocrm_database
from benchmark.table import Row, Target, Unit
from bridge.credentials.secret import Secret
from bridge.espocrm.profiles import Profile, Profiles
from bridge.keys.master_keys import load_key_ring
from bridge.ksef.contract import AuthenticationTokens, TokenInfo
from bridge.sessions.credential import credential_of
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.state import SessionState
from bridge.state.tables import session
from bridge.vault import Vault
from tests.installation import Installation
from tests.mariadb import MariaDb
from tests.processes import COMMAND, RunningCommand

_FEW = 10
_STATE = TypeAdapter(SessionState)
_DAY = timedelta(days=1)


def many_session_rows(
    simulator: RunningCommand, mariadb: MariaDb, folder: Path, rounds: Rounds, *, number: int
) -> list[Row]:
    """The median time of an answer, all of `number` profiles in turn. Raises PartFailed."""
    with contextlib.ExitStack() as stack:
        asked = {}
        for count in (_FEW, number):
            bridge = Installation.create(folder / "bridges" / f"of-{count}", simulator, [COMMAND])
            url = espocrm_database(mariadb, count)
            bridge.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"] = url
            port = stack.enter_context(bridge.running()).port
            profiles = _let_log_in(bridge, count)
            answer = bridge.call("POST", path_of(profiles[-1]))
            if answer.status != 200 or answer.json["sessionReference"] != _reference(profiles[-1]):
                raise PartFailed(f"a written session: {answer.body.decode()}")
            asked[count] = (port, requests_for(profiles, bridge.api_key))
        taken: dict[int, list[Load]] = {count: [] for count in asked}
        for _ in range(rounds.number):
            for count, (port, requests) in asked.items():
                taken[count].append(load(port, requests, rounds.seconds, folder))
    return [
        Row(
            measured=f"Access token, {number:,} profiles with sessions: median time",
            ours=medians(taken[number]).median_seconds * 1000,
            against=f"the same with {_FEW}",
            other=medians(taken[_FEW]).median_seconds * 1000,
            unit=Unit.MILLISECONDS,
            target=Target("≤", 1.2),
        )
    ]


def _let_log_in(bridge: Installation, number: int) -> list[str]:
    """The ids of the profiles, each with an established session in the state database."""
    espocrm = create_engine(bridge.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
    state = create_engine(bridge.environment["KSEF_BRIDGE_STATE_DATABASE_URL"])
    vault = Vault(load_key_ring(Path(bridge.environment["KSEF_BRIDGE_MASTER_KEYS_FILE"])))
    profiles = Profiles(espocrm)
    states = [_established(vault, profiles.get(f"idle-{each}")) for each in range(number)]
    with state.begin() as connection:
        rows = [
            {
                "profile_id": each.profile_id,
                "state": _STATE.dump_json(each).decode(),
                "phase": each.session and each.session.phase.value,
                "changed_at": int(datetime.now(UTC).timestamp() * 1000),
                "version": 1,
            }
            for each in states
        ]
        connection.execute(insert(session), rows)
    for engine in (espocrm, state):
        engine.dispose()
    return [each.profile_id for each in states]


def _established(vault: Vault, profile: Profile) -> SessionState:
    # KSeF's tokens are about as long.
    token = TokenInfo(Secret("x" * 1100), datetime.now(UTC) + _DAY)
    tokens = SessionTokens(vault, profile.id, _reference(profile.id))
    submitted = tokens.submitted(credential_of(profile), token)
    return SessionState(
        profile.id, 1, tokens.established(submitted, AuthenticationTokens(token, token))
    )


def _reference(profile_id: str) -> str:
    return f"session-of-{profile_id}"
