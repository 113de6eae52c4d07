"""A bridge as an administrator installs it: keys by the command, tables as EspoCRM's, processes."""

from __future__ import annotations

import base64
import contextlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert, update

from bridge.credentials.identifiers import nip_check_digit
from bridge.espocrm.tables import ksef_certificate, ksef_profile, metadata
from tests.access_tokens import take_access_token
from tests.forked_command import run_to_end
from tests.processes import Answer, RunningCommand, free_port, running
from tests.secret_register import register_secret

_taken: set[str] = set()


def new_nip() -> str:
    """A NIP that no other test has: the simulator is shared, and EspoCRM takes each one once."""
    while True:
        digits = f"5{secrets.randbelow(10**8):08d}"
        check = nip_check_digit(digits)
        if check is not None and digits[1:3] != "00" and digits not in _taken:
            _taken.add(digits)
            return f"{digits}{check}"


def run_command(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """Run `ksef-bridge ARGUMENTS` to its end; its standard output."""
    finished = run_to_end(arguments, environment or {})
    assert finished.returncode == 0, finished.stderr.decode()
    return finished.stdout.decode().strip()


@dataclass
class Installation:
    """A folder with key files and databases, and the bridge process when it runs.

    `executed` is that of `tests.processes.running`.
    """

    folder: Path
    simulator: RunningCommand
    executed: Sequence[str | Path] = ()
    environment: dict[str, str] = field(default_factory=dict)
    api_key: str = ""
    bridge: RunningCommand | None = None

    @classmethod
    def create(
        cls, folder: Path, simulator: RunningCommand, executed: Sequence[str | Path] = ()
    ) -> Installation:
        folder.mkdir(parents=True)
        installation = cls(folder, simulator, executed)
        # Key files are what unlocks everything: they lie outside the folder searched for secrets.
        keys = folder.parent.parent / "keys" / folder.name
        installation.environment = {
            "KSEF_BRIDGE_MASTER_KEYS_FILE": str(keys / "master.json"),
            "KSEF_BRIDGE_API_KEYS_FILE": str(keys / "api.json"),
            "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": f"sqlite:///{folder}/espocrm.sqlite3",
            "KSEF_BRIDGE_STATE_DATABASE_URL": f"sqlite:///{folder}/state.sqlite3",
            "KSEF_BRIDGE_KSEF_URL_TEST": f"http://127.0.0.1:{simulator.port}/v2",
            "KSEF_BRIDGE_VAT_PAYERS_URL": f"http://127.0.0.1:{simulator.port}",
            "KSEF_BRIDGE_RUNTIME_FOLDER": str(keys / "run"),
            # Nobody listens there: a call to another environment must fail, not leave the machine.
            "KSEF_BRIDGE_KSEF_URL_DEMO": f"http://127.0.0.1:{free_port()}/v2",
            "KSEF_BRIDGE_KSEF_URL_PRODUCTION": "https://127.0.0.1:1/v2",
        }
        run_command("keys", "new-master", environment=installation.environment)
        key = run_command("keys", "new-api", environment=installation.environment)
        installation.api_key = register_secret(key)
        engine = create_engine(installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
        metadata.create_all(engine)
        engine.dispose()
        return installation

    @contextlib.contextmanager
    def running(self, **more: str) -> Iterator[RunningCommand]:
        """The bridge, answering until the block ends."""
        port = free_port()
        environment = {**self.environment, "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{port}", **more}
        log = self.folder / "bridge.log"
        with running(["serve"], port, log, environment, self.executed) as bridge:
            self.bridge = bridge
            yield bridge
        self.bridge = None

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One call with the API key."""
        assert self.bridge is not None
        sent = {"Authorization": f"Bearer {self.api_key}", **headers}
        return self.bridge.call(method, path, json_body=body, headers=sent)

    def access_token(self, profile_id: str, body: object = None, **headers: str) -> Answer:
        answer = self.call("POST", f"/v1/profiles/{profile_id}/access-token", body, **headers)
        if answer.status == 200:
            take_access_token(answer.json["accessToken"], answer.json["sessionReference"])
        return answer

    def new_api_key(self, *scopes: str) -> str:
        """Another API key of these scopes."""
        return self.new_api_key_with(*(part for scope in scopes for part in ("--scope", scope)))

    def new_api_key_with(self, *options: str) -> str:
        """Another API key, made with these options of the command."""
        made = run_command("keys", "new-api", *options, environment=self.environment)
        return register_secret(made)

    def inspect_token(self, token: str, **more: str) -> Any:
        body = {"token": token, "environment": "Test", **more}
        return self.call("POST", "/v1/tokens/inspect", body).json

    def inspect_certificate(self, paths: list[Path], password: str | None) -> Any:
        files = [
            {"name": path.name, "content": base64.b64encode(path.read_bytes()).decode()}
            for path in paths
        ]
        body = {"files": files, "password": password, "environment": "Test"}
        return self.call("POST", "/v1/certificates/inspect", body).json

    def new_ksef_token(self, nip: str) -> str:
        """A KSeF token of the simulator for a company."""
        body = {"context": {"type": "Nip", "value": nip}}
        given = self.simulator.call("POST", "/_simulator/ksef-tokens", json_body=body)
        return register_secret(str(given.json["token"]))

    def add_token_profile(self, profile_id: str, nip: str, token: str | None = None) -> None:
        """What EspoCRM stores after an administrator pasted a token."""
        sealed = self.inspect_token(token or self.new_ksef_token(nip))["sealed"]
        self.add_profile(profile_id, nip, authorization_type="Token", token_sealed=sealed)

    def add_certificate_profile(
        self, profile_id: str, nip: str, certificate: Any, **more: object
    ) -> None:
        """What EspoCRM stores after an administrator uploaded and linked a certificate."""
        self.add_certificate(f"c-{profile_id}", certificate, **more)
        self.add_profile(
            profile_id,
            nip,
            authorization_type="Certificate",
            authorization_certificate_id=f"c-{profile_id}",
        )

    def add_certificate(self, certificate_id: str, certificate: Any, **more: object) -> None:
        """What EspoCRM stores of an uploaded certificate that is not linked yet."""
        facts = certificate["facts"]
        row = {
            "id": certificate_id,
            "deleted": False,
            "status": "Active",
            "type": facts["type"],
            "kind": facts["kind"],
            "fingerprint": facts["fingerprint"],
            "certificate_pem": certificate["certificatePem"],
            "private_key_sealed": certificate["privateKeySealed"],
            **more,
        }
        self._execute(insert(ksef_certificate).values(row))

    def add_profile(self, profile_id: str, nip: str, **columns: object) -> None:
        row = {
            "id": profile_id,
            "deleted": False,
            "status": "Active",
            "nip": nip,
            "internal_id": "",
            "environment": "Test",
            **columns,
        }
        self._execute(insert(ksef_profile).values(row))

    def change_profile(self, profile_id: str, **columns: object) -> None:
        self._execute(update(ksef_profile).where(ksef_profile.c.id == profile_id).values(columns))

    def ksef_calls(self) -> dict[str, int]:
        """How often each KSeF call was made, by all tests so far."""
        calls: dict[str, int] = self.simulator.call("GET", "/_simulator/state").json["calls"]
        return calls

    def ksef_sessions(self, nip: str) -> list[Any]:
        """The simulator's sessions in the company's context, oldest first."""
        sessions = self.simulator.call("GET", "/_simulator/state").json["sessions"]
        return [each for each in sessions if each["context"]["value"] == nip]

    def _execute(self, statement: Any) -> None:
        engine = create_engine(self.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
        with engine.begin() as connection:
            connection.execute(statement)
        engine.dispose()


def difference(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """The calls made between two counts."""
    return {
        name: count - before.get(name, 0)
        for name, count in after.items()
        if count != before.get(name, 0) and "_simulator" not in name
    }
