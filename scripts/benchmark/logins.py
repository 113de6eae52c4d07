"""What a cold login costs, beside a floor that does only what must be done, and a third party."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmark.login_costs import WARM_UPS
from benchmark.own_process import in_own_process
from benchmark.portal_certificate import portal_certificate
from benchmark.table import Row, Target, Unit
from tests.installation import Installation, new_nip

_METHODS = {"by_token": "token", "by_certificate": "certificate"}
_THIRD_PARTY = "ksef-client, polling without a pause"


def login_rows(installation: Installation, folder: Path, number: int) -> list[Row]:
    """Processor time and time on the clock of `number` logins by token and by certificate each.

    Every login is that of another company. Raises PartFailed.
    """
    with installation.running():
        task = {
            "environment": installation.environment,
            "simulator_port": installation.simulator.port,
            "floor_database": str(folder / "floor.sqlite3"),
            "by_token": [_by_token(installation, each) for each in range(number + WARM_UPS)],
            "by_certificate": [
                _by_certificate(installation, folder / "from-portal", each)
                for each in range(number + WARM_UPS)
            ],
        }
    costs = in_own_process("benchmark.login_costs", task, folder / "logins.log")
    rows = [_floor_row(name, costs[method], costs["writes"]) for method, name in _METHODS.items()]
    for method, name in _METHODS.items():
        rows += _third_party_rows(name, costs[method])
    return rows


def _by_token(installation: Installation, number: int) -> dict[str, str]:
    profile_id, nip = f"token-{number}", new_nip()
    token = installation.new_ksef_token(nip)
    installation.add_token_profile(profile_id, nip, token)
    return {"profile_id": profile_id, "nip": nip, "token": token}


def _by_certificate(installation: Installation, folder: Path, number: int) -> dict[str, str]:
    profile_id = f"cert-{number}"
    certificate = portal_certificate(installation.simulator, folder)
    inspected = installation.inspect_certificate(certificate.files, certificate.password)
    installation.add_certificate_profile(profile_id, certificate.nip, inspected)
    return {
        "profile_id": profile_id,
        "nip": certificate.nip,
        "certificate_pem": certificate.certificate_pem,
        "key_pem": certificate.unencrypted_key_pem,
    }


def _floor_row(name: str, costs: Any, writes: int) -> Row:
    return Row(
        measured=f"Login by {name}: CPU",
        ours=costs["ours"]["cpu"] * 1000,
        against=f"its calls, cryptography and {writes} commits alone",
        other=costs["floor"]["cpu"] * 1000,
        unit=Unit.MILLISECONDS,
        target=Target("≤", 1.5),
    )


def _third_party_rows(name: str, costs: Any) -> list[Row]:
    return [
        Row(
            measured=f"Login by {name}: {said}",
            ours=costs["ours"][time] * 1000,
            against=_THIRD_PARTY,
            other=costs["third_party"][time] * 1000,
            unit=Unit.MILLISECONDS,
            target=Target("<", 1),
        )
        for time, said in (("cpu", "CPU"), ("wall", "time"))
    ]
