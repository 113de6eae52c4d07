"""More clients that nobody here wrote, each in an environment of its own (scripts/test makes them).

Nothing but the base URL of each is changed; all else is its defaults.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.processes import RunningCommand
from tests.secret_register import register_secret
from tests.simulator.login_certificates import (
    PrivateKey,
    certificate_for,
    new_ec_key,
    new_nip,
    seal_of,
)

CLIENTS = Path(__file__).parents[2] / ".clients"
PROGRAMS = Path(__file__).parent / "other_clients"
KEYS: dict[str, PrivateKey] = {
    "EC": new_ec_key(),
    "RSA": rsa.generate_private_key(public_exponent=65537, key_size=2048),
}


def command_of(client: str) -> list[str]:
    """How the program that drives a client is started; fails where the client is not installed."""
    folder = CLIENTS / client
    program = PROGRAMS / f"drive_{client.replace('-', '_')}"
    if client == "ksef2" and not folder.exists():
        pytest.skip("ksef2 needs Python 3.12 or later, which this machine does not have")
    assert folder.exists(), f"{client} is not installed: scripts/test does it"
    if client == "ksef-client-ts":
        return ["node", str(program.with_suffix(".mjs")), str(folder)]
    return [str(folder / "bin/python"), str(program.with_suffix(".py"))]


def run(simulator: RunningCommand, client: str, **credential: str) -> dict[str, Any]:
    """What the client's program says when it has logged in and out."""
    given = {"baseUrl": f"http://127.0.0.1:{simulator.port}", **credential}
    ended = subprocess.run(
        command_of(client),
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize(
    ("client", "sessions"), [("ksef2-0-python", 1), ("ksef2", 2), ("ksef-client-ts", 2)]
)
def test_it_logs_in_and_out(
    simulator: RunningCommand, client: str, sessions: int, algorithm: str
) -> None:
    nip = new_nip()
    credential = certificate_for(seal_of(nip), key=KEYS[algorithm])
    told = run(
        simulator, client, nip=nip, certificate=credential.certificate_pem, key=credential.key_pem
    )
    assert told == {"sessions": sessions}
    assert sessions_left(simulator, nip) == 0


def test_ksef2_0_python_logs_in_by_token(simulator: RunningCommand) -> None:
    nip = new_nip()
    context = {"context": {"type": "Nip", "value": nip}}
    made = simulator.call("POST", "/_simulator/ksef-tokens", json_body=context).json
    assert run(simulator, "ksef2-0-python", nip=nip, token=register_secret(made["token"]))
    assert sessions_left(simulator, nip) == 0


def sessions_left(simulator: RunningCommand, nip: str) -> int:
    """How many sessions of the company the simulator still holds; there must have been some."""
    sessions = simulator.call("GET", "/_simulator/state").json["sessions"]
    own = [session for session in sessions if session["context"]["value"] == nip]
    assert own
    return sum(not session["revoked"] for session in own)
