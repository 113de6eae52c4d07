"""A simulator in a process of its own, and a client of it that makes one call at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.processes import Answer, RunningCommand
from tests.secret_register import register_secret
from tests.simulator.ksef import encrypted
from tests.simulator.login_certificates import new_nip


@dataclass(frozen=True)
class StartedLogin:
    """A login that was accepted."""

    reference_number: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class RemoteKsef:
    """What a client and a test ask of a running simulator."""

    process: RunningCommand

    def call(self, method: str, path: str, token: str | None = None, **options: Any) -> Answer:
        """One call within `/v2`."""
        headers = dict(options.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self.process.call(method, f"/v2{path}", headers=headers, **options)

    def misbehave(self, **wish: Any) -> None:
        """Replace the misbehaviour."""
        answer = self.process.call("PUT", "/_simulator/chaos", json_body=wish)
        assert (answer.status, answer.body) == (204, b"")

    def misbehaviour(self) -> Any:
        """What is left of the misbehaviour."""
        return self.process.call("GET", "/_simulator/chaos").json

    def state(self) -> Any:
        """What the simulator tells of itself."""
        return self.process.call("GET", "/_simulator/state").json

    def wait_until_held(self, **calls: int) -> None:
        """Wait until exactly the calls that end so are held: `redeem=1`."""
        self.wait_for(
            lambda: (
                {call.rpartition("/")[2]: n for call, n in self.state()["held"].items()} == calls
            )
        )

    @staticmethod
    def wait_for(condition: Callable[[], object]) -> None:
        """Wait for something that must come true within ten seconds."""
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, "it has not come true"
            time.sleep(0.01)

    def public_keys(self) -> list[dict[str, Any]]:
        """The published keys for tokens."""
        listed = self.call("GET", "/security/public-key-certificates").json
        return [key for key in listed if key["usage"] == ["KsefTokenEncryption"]]

    def submit(self, key: dict[str, Any] | None = None) -> Answer:
        """Start a right login of a new company by token."""
        nip = new_nip()
        body = {"context": {"type": "Nip", "value": nip}}
        made = self.process.call("POST", "/_simulator/ksef-tokens", json_body=body).json
        token = register_secret(str(made["token"]))
        key = key or self.public_keys()[-1]
        challenge = self.call("POST", "/auth/challenge").json
        plaintext = f"{token}|{challenge['timestampMs']}".encode()
        return self.call(
            "POST",
            "/auth/ksef-token",
            json_body={
                "challenge": challenge["challenge"],
                "contextIdentifier": body["context"],
                "encryptedToken": encrypted(key, plaintext),
                "publicKeyId": key["publicKeyId"],
            },
        )

    def start(self) -> StartedLogin:
        """A login of a new company by token."""
        answer = self.submit()
        assert answer.status == 202, answer.body
        token = register_secret(str(answer.json["authenticationToken"]["token"]))
        return StartedLogin(answer.json["referenceNumber"], token)

    def status(self, login: StartedLogin) -> dict[str, Any]:
        """The status of a login."""
        answer = self.call("GET", f"/auth/{login.reference_number}", login.token)
        assert answer.status == 200, answer.body
        status: dict[str, Any] = answer.json
        return status

    def is_redeemed(self, login: StartedLogin) -> bool:
        """Whether KSeF has handed out the login's tokens."""
        return bool(self.status(login)["isTokenRedeemed"])

    def redeem(self, login: StartedLogin, **options: Any) -> Answer:
        """Ask for the login's tokens."""
        answer = self.call("POST", "/auth/token/redeem", login.token, **options)
        if answer.status == 200:
            for name in ("accessToken", "refreshToken"):
                register_secret(str(answer.json[name]["token"]))
        return answer


def refusal(answer: Answer) -> tuple[int, list[str]]:
    """Code and details of a 400 in the legacy format."""
    assert answer.status == 400, answer.body
    entry = answer.json["exception"]["exceptionDetailList"][0]
    return entry["exceptionCode"], entry.get("details", [])
