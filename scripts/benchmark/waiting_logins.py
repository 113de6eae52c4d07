"""Logins that KSeF works on for a while, every call some way off: who has the tokens first.

Ours is one access-token call to a bridge over HTTP. The others are clients as they come, polling as
they do by default, with KSeF's public key at hand; they store nothing and ask no database. Where
KSeF is done at once all of them make four calls in a row, and nobody can be much faster than that.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmark.own_process import PartFailed
from benchmark.table import Row, Target, Unit
from benchmark.third_party_login import Ksef2Login, ThirdPartyLogin
from tests.installation import Installation, new_nip

_SECONDS_AWAY = 0.03
_CALLS = 4
_SECONDS_TO_NOTICE = 0.3
_OURS = "ours"
_ALLOWED = f"that, {_CALLS} calls and {_SECONDS_TO_NOTICE} s"

Rounds = Mapping[float, int]
"""How often each client logs in, by the seconds that KSeF works on a login."""

LogIn = Callable[[str, str, str], object]
"""A login of a profile by its id, its NIP and its KSeF token."""


@dataclass(frozen=True, slots=True)
class _Client:
    name: str
    log_in: LogIn


def waiting_login_rows(installation: Installation, rounds: Rounds) -> list[Row]:
    """Median times of logins of other companies each. Raises PartFailed."""
    with installation.running():
        try:
            clients = _clients(installation)
            return [
                row
                for seconds, number in rounds.items()
                for row in _rows(seconds, _median_times(installation, clients, seconds, number))
            ]
        finally:
            _misbehave(installation, {})


def _clients(installation: Installation) -> list[_Client]:
    """All clients, with the connections and public keys that a first login leaves."""
    third_party = ThirdPartyLogin(installation.simulator.port)
    clients = [
        _Client(_OURS, lambda profile_id, _nip, _token: _our_login(installation, profile_id)),
        _Client(
            "ksef-client as it comes", lambda _, nip, token: third_party.as_it_comes(nip, token)
        ),
    ]
    if Ksef2Login.is_installed():
        ksef2 = Ksef2Login(installation.simulator.port)
        clients.append(
            _Client("ksef2 as it comes", lambda _, nip, token: ksef2.by_token(nip, token))
        )
    for client in clients:
        client.log_in(*_new_profile(installation))
    return clients


def _our_login(installation: Installation, profile_id: str) -> None:
    answer = installation.access_token(profile_id)
    if answer.status != 200:
        raise PartFailed(f"login of {profile_id}: {answer.body.decode()}")


def _median_times(
    installation: Installation, clients: list[_Client], seconds: float, number: int
) -> dict[str, float]:
    taken: dict[str, list[float]] = {client.name: [] for client in clients}
    for _ in range(number):
        for client in clients:
            _misbehave(installation, {})
            profile = _new_profile(installation)
            away = {"effect": "delay", "seconds": _SECONDS_AWAY}
            _misbehave(installation, {"processingSeconds": seconds, "rules": [away]})
            start = time.perf_counter()
            client.log_in(*profile)
            taken[client.name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def _rows(seconds: float, times: dict[str, float]) -> list[Row]:
    name = f"Login that KSeF works on for {seconds:g} s: time"
    ours = times.pop(_OURS)
    target = Target("<", 1) if seconds else Target("≤", 1.1)
    allowed = seconds + _CALLS * _SECONDS_AWAY + _SECONDS_TO_NOTICE
    return [
        Row(name, ours, _ALLOWED, allowed, Unit.SECONDS, Target("≤", 1)),
        *(
            Row(name, ours, client, time_taken, Unit.SECONDS, target)
            for client, time_taken in times.items()
        ),
    ]


def _new_profile(installation: Installation) -> tuple[str, str, str]:
    nip = new_nip()
    token = installation.new_ksef_token(nip)
    installation.add_token_profile(f"login-{nip}", nip, token)
    return f"login-{nip}", nip, token


def _misbehave(installation: Installation, wish: object) -> None:
    answer = installation.simulator.call("PUT", "/_simulator/chaos", json_body=wish)
    if answer.status != 204:
        raise PartFailed(f"the simulator's chaos: {answer.body.decode()}")
