"""Measures logins in a process of its own: the bridge's, the floor's and ksef-client's in turn."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from benchmark.bridge_login import WriteCount, bridge_sessions
from benchmark.cost import Cost, cost_of, median
from benchmark.login_floor import LoginFloor
from benchmark.third_party_login import ThirdPartyLogin
from bridge.sessions.sessions import Sessions

WARM_UPS = 5
# A session's state as the bridge stores it is about as long.
_DOCUMENT_BYTES = 1500
# The bridge keeps 22 ms between two calls of the same kind; waiting for that is no cost of a login.
_SECONDS_BETWEEN_ROUNDS = 0.025

Actions = Mapping[str, Callable[[], object]]


def _measure(task: Any) -> dict[str, object]:
    port = task["simulator_port"]
    with bridge_sessions(task["environment"]) as sessions:
        writes = _writes(sessions, [task["by_token"], task["by_certificate"]])
        floor = LoginFloor(port, Path(task["floor_database"]), writes, _DOCUMENT_BYTES)
        third_party = ThirdPartyLogin(port)
        by_token = [
            _token_actions(sessions, floor, third_party, login) for login in task["by_token"]
        ]
        by_certificate = [
            _certificate_actions(sessions, floor, third_party, login)
            for login in task["by_certificate"]
        ]
        return {
            "writes": writes,
            "by_token": _costs(by_token),
            "by_certificate": _costs(by_certificate),
        }


def _writes(sessions: Sessions, all_logins: Sequence[Sequence[Any]]) -> int:
    """How often the bridge writes in one login, counted in the logins that warm it up."""
    for logins in all_logins:
        sessions.access_token(logins[0]["profile_id"])
    counted = [login for logins in all_logins for login in logins[1:WARM_UPS]]
    with WriteCount() as count:
        for login in counted:
            sessions.access_token(login["profile_id"])
    return round(count.writes / len(counted))


def _token_actions(
    sessions: Sessions, floor: LoginFloor, third_party: ThirdPartyLogin, login: Any
) -> Actions:
    nip, token = login["nip"], login["token"]
    return {
        "ours": lambda: sessions.access_token(login["profile_id"]),
        "floor": lambda: floor.by_token(nip, token),
        "third_party": lambda: third_party.by_token(nip, token),
    }


def _certificate_actions(
    sessions: Sessions, floor: LoginFloor, third_party: ThirdPartyLogin, login: Any
) -> Actions:
    nip, certificate = login["nip"], login["certificate_pem"]
    key_pem = login["key_pem"]
    key = load_pem_private_key(key_pem.encode(), None)
    key_der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {
        "ours": lambda: sessions.access_token(login["profile_id"]),
        "floor": lambda: floor.by_certificate(nip, certificate.encode(), key_der),
        "third_party": lambda: third_party.by_certificate(nip, certificate, key_pem),
    }


def _costs(logins: Sequence[Actions]) -> dict[str, object]:
    for actions in logins[:WARM_UPS]:
        for action in actions.values():
            action()
        time.sleep(_SECONDS_BETWEEN_ROUNDS)
    taken: dict[str, list[Cost]] = {name: [] for name in logins[0]}
    for actions in logins[WARM_UPS:]:
        for name, action in actions.items():
            taken[name].append(cost_of(action))
        time.sleep(_SECONDS_BETWEEN_ROUNDS)
    return {name: asdict(median(costs)) for name, costs in taken.items()}


if __name__ == "__main__":
    json.dump(_measure(json.load(sys.stdin)), sys.stdout)
