"""The main job on one machine: two companies log in, one signs offline, one mistake is told.

Started by scripts/demo. Everything it makes lives in a temporary folder and ends with it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import urllib3
from sqlalchemy import create_engine, insert

from bridge.espocrm.tables import ksef_certificate, ksef_profile, metadata

COMMAND = str(Path(sys.executable).with_name("ksef-bridge"))
TOKEN_COMPANY = ("Sklep Kowalski sp. z o.o.", "5265877635")
CERTIFICATE_COMPANY = ("Zakład Wiśniewska S.A.", "7980332920")
PRINTED_EXAMPLE = (
    "20270115-EC-7FA3B1D200-AB12345F6A-01|nip-987654321|"
    "a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef0"
)
ERROR = "error"
LONGEST_LINE = 98


@dataclass
class Server:
    """One of our two servers and the way to call it."""

    url: str
    headers: dict[str, str]
    http: urllib3.PoolManager

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        answer = self.http.request(
            method, self.url + path, json=body, headers={**self.headers, **headers}
        )
        return answer.status, answer.json()


def main() -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ksef-demo-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        stage("Two keys: one seals credentials, one admits EspoCRM")
        environment = {
            **os.environ,
            "KSEF_BRIDGE_MASTER_KEYS_FILE": str(folder / "master-keys.json"),
            "KSEF_BRIDGE_API_KEYS_FILE": str(folder / "api-keys.json"),
            "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": f"sqlite:///{folder}/espocrm.sqlite3",
            "KSEF_BRIDGE_STATE_DATABASE_URL": f"sqlite:///{folder}/state.sqlite3",
        }
        run("keys", "new-master", environment=environment)
        api_key = run("keys", "new-api", environment=environment)

        stage("A KSeF simulator and the bridge, each its own process")
        http = urllib3.PoolManager(timeout=10)
        simulator_port, bridge_port = free_port(), free_port()
        environment["KSEF_BRIDGE_KSEF_URL_TEST"] = f"http://127.0.0.1:{simulator_port}/v2"
        environment["KSEF_BRIDGE_LISTEN"] = f"127.0.0.1:{bridge_port}"
        servers = started(
            folder / "log",
            (["simulator", "--port", str(simulator_port)], simulator_port, environment),
            (["serve"], bridge_port, environment),
        )
        stack.enter_context(servers)
        simulator = Server(f"http://127.0.0.1:{simulator_port}", {}, http)
        authorization = {"Authorization": f"Bearer {api_key}"}
        bridge = Server(f"http://127.0.0.1:{bridge_port}", authorization, http)

        espocrm = create_engine(environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
        metadata.create_all(espocrm)
        stage("An administrator enters a token and a certificate; EspoCRM keeps seals only")
        with espocrm.begin() as database:
            database.execute(insert(ksef_profile).values(token_profile(simulator, bridge)))
            certificates, profile = certificate_profile(bridge, simulator_port, folder)
            database.execute(insert(ksef_certificate), certificates)
            database.execute(insert(ksef_profile).values(profile))

        stage("EspoCRM asks for access tokens")
        rows = [
            ("profile", "method", "first login", "again", "refreshed", "session at KSeF"),
            log_in(bridge, "profile-by-token", TOKEN_COMPANY[0]),
            log_in(bridge, "profile-by-cert", CERTIFICATE_COMPANY[0]),
        ]
        show_table(rows)
        state = simulator.call("GET", "/_simulator/state")[1]
        click.echo(f"  logins the simulator counted: {state['logins']}")

        stage("An invoice issued offline: its two links, opened where their QR codes lead")
        sign_offline(bridge, simulator)

        stage("A mistake: a token whose NIP lacks a digit")
        show_findings(bridge)
        http.clear()
    click.echo(f"\nTwo profiles logged in, one signed; {time.monotonic() - began:.1f} s in all.")


def token_profile(simulator: Server, bridge: Server) -> dict[str, Any]:
    """A profile that logs in by a token which the simulator gave out."""
    name, nip = TOKEN_COMPANY
    status, given = simulator.call(
        "POST", "/_simulator/ksef-tokens", {"context": {"type": "Nip", "value": nip}}
    )
    expect(status in (200, 201), given)
    inspection = inspect(
        bridge,
        "/v1/tokens/inspect",
        {"token": f"  {given['token']}\r\n", "nip": nip, "environment": "Test"},
    )
    return {
        "id": "profile-by-token",
        "name": name,
        "deleted": False,
        "status": "Active",
        "nip": nip,
        "internal_id": "",
        "environment": "Test",
        "authorization_type": "Token",
        "token_sealed": inspection["sealed"],
        "token_reference": inspection["facts"]["referenceNumber"],
    }


def certificate_profile(
    bridge: Server, simulator_port: int, folder: Path
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A profile that logs in by one certificate and signs offline invoices by another."""
    name, nip = CERTIFICATE_COMPANY
    certificates = [
        certificate_row(bridge, simulator_port, folder, nip, type_)
        for type_ in ("Authentication", "Offline")
    ]
    profile = {
        "id": "profile-by-cert",
        "name": name,
        "deleted": False,
        "status": "Active",
        "nip": nip,
        "internal_id": "",
        "environment": "Test",
        "authorization_type": "Certificate",
        "authorization_certificate_id": "Authentication",
        "offline_certificate_id": "Offline",
    }
    return certificates, profile


def certificate_row(
    bridge: Server, simulator_port: int, folder: Path, nip: str, type_: str
) -> dict[str, Any]:
    """What EspoCRM keeps of a certificate whose files look like the portal's."""
    password = secrets.token_urlsafe(12)
    paths = run(
        *("simulator", "--port", str(simulator_port), "certificate", "--nip", nip),
        *("--type", type_, "--environment", "Test"),
        *("--password", password, "--out", str(folder / "from-portal")),
    ).splitlines()
    inspection = inspect(
        bridge,
        "/v1/certificates/inspect",
        {
            "files": [{"name": Path(each).name, "content": encoded(Path(each))} for each in paths],
            "password": password,
            "expectedType": type_,
            "environment": "Test",
        },
    )
    facts = inspection["facts"]
    click.echo(
        f"  certificate {facts['serialNumber']}: {facts['type']}, {facts['kind']}, "
        f"{facts['keyAlgorithm']}, {facts['identifierType']} {facts['identifierValue']}, "
        f"{facts['daysLeft']} days left"
    )
    return {
        "id": type_,
        "deleted": False,
        "status": "Active",
        "type": facts["type"],
        "kind": facts["kind"],
        "fingerprint": facts["fingerprint"],
        "certificate_pem": inspection["certificatePem"],
        "private_key_sealed": inspection["privateKeySealed"],
    }


def inspect(bridge: Server, path: str, body: object) -> dict[str, Any]:
    status, inspection = bridge.call("POST", path, body)
    expect(status == 200, inspection)
    for finding in inspection["findings"]:
        show(f"{finding['severity']}: {finding['message']}")
    expect(all(each["severity"] != ERROR for each in inspection["findings"]), inspection)
    checked: dict[str, Any] = inspection
    return checked


def log_in(bridge: Server, profile_id: str, name: str) -> tuple[str, ...]:
    """Ask three times: a cold login, the live session, a forced refresh."""
    path = f"/v1/profiles/{profile_id}/access-token"
    times: list[str] = []
    answer: Any = None
    for body in ({}, {}, {"forceRefresh": True}):
        began = time.monotonic()
        status, answer = bridge.call("POST", path, body)
        times.append(f"{(time.monotonic() - began) * 1000:.0f} ms")
        expect(status == 200, answer)
    return (name, answer["authenticationMethod"], *times, answer["sessionReference"])


def sign_offline(bridge: Server, simulator: Server) -> None:
    """Have an invoice's links made, and the simulator's pages say what KSeF's would."""
    digest = hashlib.sha256(b"an invoice's file").hexdigest()
    body = {"invoiceSha256": digest, "issueDate": "2026-02-01", "offline": True}
    status, links = bridge.call("POST", "/v1/profiles/profile-by-cert/verification-links", body)
    expect(status == 200, links)
    for name, link in (("KOD I", links["kod1"]), ("KOD II", links["kod2"])):
        show(f"{name} ({link['label']}): {link['url']}")
        path = urlsplit(link["url"]).path
        _, page = simulator.call("GET", path, Accept="application/json")
        expect(page["valid"], page)
        for check in page["checks"]:
            click.echo(f"    ✓ {check['message']}")


def show_findings(bridge: Server) -> None:
    body = {"token": PRINTED_EXAMPLE, "environment": "Test"}
    for language in ("en", "pl"):
        status, inspection = bridge.call(
            "POST", "/v1/tokens/inspect", body, **{"Accept-Language": language}
        )
        expect(status == 200 and inspection["sealed"] is None, inspection)
        messages = [each["message"] for each in inspection["findings"] if each["severity"] == ERROR]
        for message in messages:
            click.echo(f"  {language}  {message}")


def show_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  " + "  ".join(cells).rstrip())


def show(text: str) -> None:
    """One line, cut where a screen ends."""
    click.echo(f"  {text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + '…'}")


def stage(text: str) -> None:
    click.secho(f"\n{text}", bold=True)


def expect(condition: bool, answer: object) -> None:
    if not condition:
        raise click.ClickException(json.dumps(answer, ensure_ascii=False, indent=2))


def encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def run(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """Run a `ksef-bridge` command to its end and give what it printed on standard output."""
    finished = subprocess.run(
        [COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode:
        raise click.ClickException(finished.stderr.strip())
    return finished.stdout.strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def started(log: Path, *commands: tuple[Sequence[str], int, dict[str, str]]) -> Iterator[None]:
    """`ksef-bridge` servers, each with its port and environment, running until the block ends."""
    with log.open("ab") as output, contextlib.ExitStack() as stack:
        processes = []
        for arguments, _, environment in commands:
            process = subprocess.Popen(
                [COMMAND, *arguments], env=environment, stdout=output, stderr=output
            )
            processes.append(stack.enter_context(process))
        # Called before any of them is waited for, so that they stop side by side.
        stack.callback(terminate, processes)
        for process, (arguments, port, _) in zip(processes, commands, strict=True):
            wait_until_listening(process, port, log)
            click.echo(f"  ksef-bridge {arguments[0]} answers on port {port}")
        yield


def terminate(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()


def wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while not listening(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise click.ClickException(f"it did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.02)


def listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


if __name__ == "__main__":
    try:
        main()
    except click.ClickException as problem:
        problem.show()
        sys.exit(1)
