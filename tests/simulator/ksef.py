"""A simulator inside the test's process, and the calls of a client that does everything right."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from werkzeug.test import TestResponse

from bridge.simulator.app import create_app
from bridge.simulator.certificates.certificate_request import Order
from bridge.simulator.certificates.issued_certificate import subject_name
from bridge.simulator.identity import SubjectIdentifier
from bridge.simulator.state import SimulatorState
from tests.secret_register import register_secret
from tests.simulator.login_certificates import Credential, new_ec_key, seal, seal_of
from tests.simulator.signed_requests import enveloped, request_xml, written


@dataclass(frozen=True)
class Tokens:
    """What a redeemed login gives."""

    reference_number: str
    authentication_token: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


class Ksef:
    """A fresh simulator and a client of it."""

    def __init__(self, *, limits: bool = False) -> None:
        self.state = SimulatorState()
        self.state.rate_limits.enabled = limits
        self.application = create_app(self.state)
        self._client = self.application.test_client()

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """One call; `path` is within `/v2` unless it starts with `/_simulator`."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        prefix = "" if path.startswith("/_simulator") else "/v2"
        return self._client.open(f"{prefix}{path}", method=method, headers=sent, **options)

    def page(self, link: str, accept: str = "application/json") -> TestResponse:
        """What the verification page says of a link; its host is not called."""
        return self._client.get(urlsplit(link).path, headers={"Accept": accept})

    def challenge(self) -> dict[str, Any]:
        """A fresh challenge."""
        answer = self.call("POST", "/auth/challenge")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.get_json()
        return body

    def send_signed(self, document: bytes, **options: Any) -> TestResponse:
        """Send a signed request."""
        return self.call(
            "POST",
            "/auth/xades-signature",
            data=document,
            headers={"Content-Type": "application/xml"},
            **options,
        )

    def start_by_signature(self, credential: Credential, nip: str) -> dict[str, Any]:
        """The answer to a right login by signature."""
        challenge = self.challenge()["challenge"]
        return accepted(
            self.send_signed(written(enveloped(request_xml(challenge, nip), credential)))
        )

    def sign_in(self, nip: str, credential: Credential | None = None) -> Tokens:
        """A whole login by signature, as the owner unless with a given credential."""
        return self.finish(self.start_by_signature(credential or seal(nip), nip))

    def issue(self, nip: str, certificate_type: Literal["Authentication", "Offline"]) -> Credential:
        """A certificate that the simulator's CA issues to the company, with its key."""
        key = new_ec_key()
        order = Order(
            subject=SubjectIdentifier("Nip", nip),
            name="Certyfikat",
            type=certificate_type,
            subject_name=subject_name(seal_of(nip), certificate_type),
            public_key=key.public_key(),
        )
        return Credential(self.state.certificates.issue(order).certificate, key)

    def test_data(self, path: str, **members: Any) -> None:
        """Set up test data as integrators do on the Test environment."""
        answer = self.call("POST", f"/testdata/{path}", json=members)
        assert answer.status_code == 200, answer.text

    def ksef_token(self, nip: str, *permissions: str) -> tuple[str, str]:
        """The reference number and the text of a KSeF token that is active at once."""
        body: dict[str, Any] = {"context": {"type": "Nip", "value": nip}}
        if permissions:
            body["permissions"] = list(permissions)
        answer = self.call("POST", "/_simulator/ksef-tokens", json=body)
        assert answer.status_code == 201, answer.text
        made = answer.get_json()
        return made["referenceNumber"], register_secret(str(made["token"]))

    def start_by_token(self, token: str, nip: str, **members: Any) -> TestResponse:
        """A login by KSeF token; `members` replace those of a right body."""
        challenge = self.challenge()
        key = self.public_keys()[-1]
        plaintext = f"{token}|{challenge['timestampMs']}".encode()
        body = {
            "challenge": challenge["challenge"],
            "contextIdentifier": {"type": "Nip", "value": nip},
            "encryptedToken": encrypted(key, plaintext),
            "publicKeyId": key["publicKeyId"],
            **members,
        }
        return self.call("POST", "/auth/ksef-token", json=body)

    def sign_in_by_token(self, token: str, nip: str) -> Tokens:
        """A whole login by KSeF token."""
        return self.finish(accepted(self.start_by_token(token, nip)))

    def public_keys(self) -> list[dict[str, Any]]:
        """The published keys for tokens."""
        listed = self.call("GET", "/security/public-key-certificates").get_json()
        return [key for key in listed if key["usage"] == ["KsefTokenEncryption"]]

    def status(self, started: dict[str, Any]) -> dict[str, Any]:
        """The status of a login that was started."""
        answer = self.call(
            "GET", f"/auth/{started['referenceNumber']}", token=authentication_token(started)
        )
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.get_json()
        return body

    def outcome(self, answer: TestResponse) -> tuple[int, list[str]]:
        """Code and details with which a login ends that was accepted."""
        status = self.status(accepted(answer))["status"]
        return status["code"], status.get("details", [])

    def finish(self, started: dict[str, Any]) -> Tokens:
        """Redeem the tokens of a login that has succeeded."""
        status = self.status(started)["status"]
        assert status["code"] == 200, status
        token = authentication_token(started)
        answer = self.call("POST", "/auth/token/redeem", token=token)
        assert answer.status_code == 200, answer.text
        body = answer.get_json()
        return Tokens(
            started["referenceNumber"],
            token,
            register_secret(str(body["accessToken"]["token"])),
            register_secret(str(body["refreshToken"]["token"])),
        )


def accepted(answer: TestResponse) -> dict[str, Any]:
    """The body of a login's start that was accepted."""
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def authentication_token(started: dict[str, Any]) -> str:
    """The token with which a login is followed."""
    return register_secret(str(started["authenticationToken"]["token"]))


def refusal(answer: TestResponse) -> tuple[int, list[str]]:
    """Code and details of a 400 in the legacy format."""
    assert answer.status_code == 400, answer.text
    entry = answer.get_json()["exception"]["exceptionDetailList"][0]
    return entry["exceptionCode"], entry.get("details", [])


def encrypted(key: dict[str, Any], plaintext: bytes) -> str:
    """RSA-OAEP with SHA-256 under a published key, in base64."""
    public_key = x509.load_der_x509_certificate(base64.b64decode(key["certificate"])).public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    return base64.b64encode(public_key.encrypt(plaintext, oaep)).decode()
