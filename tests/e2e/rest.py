"""EspoCRM's REST API as one user calls it; every answer is kept, to be searched for secrets."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

_HTTP = urllib3.PoolManager(timeout=90, retries=False)
_ASKING_FOR_PACKAGE = ("/requestCertificate", "/renew", "/signingRequest/certificates")
_PACKAGE_PASSWORD = re.compile(rb'("packagePassword":")[^"]+')


@dataclass(frozen=True)
class Answer:
    """What EspoCRM answered."""

    status: int
    reason: str
    """The header X-Status-Reason."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        """The text of an error of ours; empty when there is none."""
        try:
            body = self.json
        except ValueError:
            return ""
        return str(body.get("message") or "") if isinstance(body, dict) else ""

    @property
    def codes(self) -> list[str]:
        """The codes of the findings in the body."""
        try:
            body = self.json
        except ValueError:
            return []
        findings = body.get("findings") if isinstance(body, dict) else None
        return [each["code"] for each in findings or []]


@dataclass
class RestUser:
    """Somebody who calls the API: by name and password, or by an API key."""

    url: str
    headers: dict[str, str] = field(repr=False)
    transcript: Path
    name: str = ""
    sent: int = field(default=0)
    password: str = field(default="", repr=False)
    below: str = "api/v1"
    """Where the API begins; a portal has one of its own."""

    @classmethod
    def by_password(
        cls, url: str, name: str, password: str, transcript: Path, portal: str | None = None
    ) -> RestUser:
        below = "api/v1" if portal is None else f"api/v1/portal-access/{portal}"
        user = cls(url, {}, transcript, name, password=password, below=below)
        user.log_in()
        return user

    @classmethod
    def by_api_key(cls, url: str, key: str, transcript: Path) -> RestUser:
        return cls(url, {"X-Api-Key": key}, transcript, "an API user")

    def log_in(self) -> None:
        """As EspoCRM's client does: by password once, by a token from then on.

        EspoCRM takes a third of a second to check a password.
        """
        given = _encoded(self.name, self.password)
        headers = {"Authorization": f"Basic {given}", "Espo-Authorization": given}
        answer = _HTTP.request("GET", f"{self.url}/{self.below}/App/user", headers=headers)
        assert answer.status == 200, f"{self.name} cannot log in: {answer.status}"
        self.headers = {"Authorization": f"Basic {_encoded(self.name, answer.json()['token'])}"}

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One call below the API's beginning; any status is an answer. Bytes are sent as they are.

        Of a header's name the hyphens are underscores.
        """
        answer = self._sent(method, path, body, headers)
        if answer.status == 401 and self.password:
            # A token ends when nobody uses it, as where the clock was moved by years.
            self.log_in()
            answer = self._sent(method, path, body, headers)
        self.sent += 1
        with self.transcript.open("ab") as kept:
            head = f"\n=== {self.name} {method} {path.split('?')[0]} {answer.status}\n"
            data = answer.data
            if method == "POST" and path.endswith(_ASKING_FOR_PACKAGE):
                # This answer alone may tell it.
                data = _PACKAGE_PASSWORD.sub(rb"\1", data)
            kept.write(head.encode() + repr(dict(answer.headers)).encode() + b"\n" + data)
        reason = answer.headers.get("X-Status-Reason", "")
        return Answer(answer.status, reason, answer.data)

    def _sent(
        self, method: str, path: str, body: object, headers: dict[str, str]
    ) -> urllib3.BaseHTTPResponse:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return _HTTP.request(
            method,
            f"{self.url}/{self.below}/{path}",
            body=None if body is None else sent,
            headers={
                **self.headers,
                "Content-Type": "application/json",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )

    def done(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of a call that must succeed."""
        answer = self.call(method, path, body)
        assert answer.status == 200, f"{method} {path}: {answer.status} {answer.body[:2000]!r}"
        return answer.json

    def upload(self, field_name: str, name: str, content: bytes) -> Answer:
        """A file for a field of a KsefCertificate, as the form sends it."""
        encoded = base64.b64encode(content).decode()
        return self.call(
            "POST",
            "Attachment",
            {
                "name": name,
                "type": "application/octet-stream",
                "role": "Attachment",
                "relatedType": "KsefCertificate",
                "field": field_name,
                "file": f"data:application/octet-stream;base64,{encoded}",
            },
        )

    def uploaded(self, field_name: str, name: str, content: bytes) -> str:
        """The id of an upload that must succeed."""
        answer = self.upload(field_name, name, content)
        assert answer.status == 200, f"upload {name}: {answer.status} {answer.body[:2000]!r}"
        return str(answer.json["id"])


def _encoded(name: str, secret: str) -> str:
    return base64.b64encode(f"{name}:{secret}".encode()).decode()
