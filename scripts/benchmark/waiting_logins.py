"""Logins that KSeF works on for a while, every call some way off: who has the tokens first.

Ours is one access-token call to a bridge over HTTP. The others are clients as they come, polling as
they do by default, with KSeF's public key at hand; they store nothing and ask no database. Where
KSeF is done at once all of them make four calls in a row, and nobody can be much faster than that.
"""

from __future__ import annotations

import statistics
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.own_process import PartFailed
from benchmark.portal_certificate import portal_certificate
from benchmark.table import Row, Target, Unit
from benchmark.third_party_login import Ksef2Login, KsefClientLogin, ThirdPartyLogin
from tests.installation import Installation, new_nip

_SECONDS_AWAY = 0.03
_CALLS = 4
_SECONDS_TO_NOTICE = 0.3
_OURS = "ours"
_ALLOWED = f"that, {_CALLS} calls and {_SECONDS_TO_NOTICE} s"

Rounds = Mapping[float, int]
"""How often each client logs in, by the seconds that KSeF works on a login."""


@dataclass(frozen=True)
class _Login(ABC):
    """The first login of a company, which any client can make."""

    profile_id: str
    nip: str

    @abstractmethod
    def by(self, client: ThirdPartyLogin) -> None:
        """The client logs in."""


@dataclass(frozen=True)
class _ByToken(_Login):
    token: str = field(repr=False)

    @classmethod
    def new(cls, installation: Installation, _: Path) -> _ByToken:
        nip = new_nip()
        token = installation.new_ksef_token(nip)
        installation.add_token_profile(f"token-{nip}", nip, token)
        return cls(f"token-{nip}", nip, token)

    def by(self, client: ThirdPartyLogin) -> None:
        client.by_token(self.nip, self.token)


@dataclass(frozen=True)
class _ByCertificate(_Login):
    certificate_pem: str
    key_pem: str = field(repr=False)

    @classmethod
    def new(cls, installation: Installation, folder: Path) -> _ByCertificate:
        made = portal_certificate(installation.simulator, folder)
        inspected = installation.inspect_certificate(made.files, made.password)
        installation.add_certificate_profile(f"cert-{made.nip}", made.nip, inspected)
        key_pem = made.unencrypted_key_pem
        return cls(f"cert-{made.nip}", made.nip, made.certificate_pem, key_pem)

    def by(self, client: ThirdPartyLogin) -> None:
        client.by_certificate(self.nip, self.certificate_pem, self.key_pem)


_METHODS: Mapping[str, type[_ByToken | _ByCertificate]] = {
    "token": _ByToken,
    "certificate": _ByCertificate,
}


def waiting_login_rows(installation: Installation, folder: Path, rounds: Rounds) -> list[Row]:
    """Median times of logins of other companies each. Raises PartFailed."""
    port = installation.simulator.port
    others: dict[str, ThirdPartyLogin] = {"ksef-client as it comes": KsefClientLogin(port)}
    rows = []
    with installation.running(), ExitStack() as stack:
        if Ksef2Login.is_installed():
            others["ksef2 as it comes"] = stack.enter_context(closing(Ksef2Login(port)))
        try:
            for method, login in _METHODS.items():
                # With the connections and public keys that a first login leaves.
                _times(installation, others, login, folder)
                for seconds, number in rounds.items():
                    taken = [
                        _times(installation, others, login, folder, seconds) for _ in range(number)
                    ]
                    medians = {
                        name: statistics.median(times[name] for times in taken) for name in taken[0]
                    }
                    rows += _rows(method, seconds, medians)
        finally:
            _misbehave(installation, {})
    return rows


def _times(
    installation: Installation,
    others: Mapping[str, ThirdPartyLogin],
    method: type[_ByToken | _ByCertificate],
    folder: Path,
    seconds: float = 0,
) -> dict[str, float]:
    """The seconds of one login by each client."""
    times = {}
    for name in (_OURS, *others):
        _misbehave(installation, {})
        login = method.new(installation, folder)
        away = {"effect": "delay", "seconds": _SECONDS_AWAY}
        _misbehave(installation, {"processingSeconds": seconds, "rules": [away]})
        start = time.perf_counter()
        if name == _OURS:
            _our_login(installation, login.profile_id)
        else:
            login.by(others[name])
        times[name] = time.perf_counter() - start
    return times


def _our_login(installation: Installation, profile_id: str) -> None:
    answer = installation.access_token(profile_id)
    if answer.status != 200:
        raise PartFailed(f"login of {profile_id}: {answer.body.decode()}")


def _rows(method: str, seconds: float, times: dict[str, float]) -> list[Row]:
    name = f"Login by {method} that KSeF works on for {seconds:g} s: time"
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


def _misbehave(installation: Installation, wish: object) -> None:
    answer = installation.simulator.call("PUT", "/_simulator/chaos", json_body=wish)
    if answer.status != 204:
        raise PartFailed(f"the simulator's chaos: {answer.body.decode()}")
