"""What EspoCRM does while an administrator has a login document signed."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.enrolment.case import state_file
from tests.enrolment.espocrm import EspoCrm
from tests.installation import new_nip
from tests.processes import Answer
from tests.simulator.login_certificates import Credential
from tests.simulator.signed_requests import enveloped, written


@dataclass
class Dialog:
    """One profile's dialog; `request` is the last answer about what was begun."""

    espocrm: EspoCrm
    profile_id: str
    nip: str
    request: Any = None

    @classmethod
    def of_new_profile(cls, espocrm: EspoCrm, profile_id: str, **columns: object) -> Dialog:
        """A profile that has nothing to log in with."""
        nip = str(columns.pop("nip", "")) or new_nip()
        stored = {"authorization_type": "Token", "token_sealed": "", **columns}
        espocrm.installation.add_profile(profile_id, nip, **stored)
        return cls(espocrm, profile_id, nip)

    def post(self, **body: object) -> Answer:
        return self.espocrm.installation.call("POST", self._path, body)

    def begin(self, **body: object) -> str:
        """Begin; the document to be signed."""
        answer = in_the_end(lambda: self.post(**body))
        assert answer.status == 201, answer.json
        self.request = answer.json
        return str(answer.json["document"])

    def put(self, content: bytes, **headers: str) -> Answer:
        installation = self.espocrm.installation
        assert installation.bridge is not None
        sent = {
            "Authorization": f"Bearer {installation.api_key}",
            "Content-Type": "application/xml",
            **headers,
        }
        return installation.bridge.call("PUT", self.path, body=content, headers=sent)

    def drop(self, content: bytes) -> Any:
        """Drop a signed file; how the request stands then."""
        answer = in_the_end(lambda: self.put(content))
        assert answer.status == 200, answer.json
        assert answer.headers["cache-control"] == "no-store"
        self.request = answer.json
        return self.request

    def ask(self, **headers: str) -> Any:
        answer = self.espocrm.installation.call("GET", self.path, None, **headers)
        assert answer.status == 200, answer.json
        self.request = answer.json
        return self.request

    def ask_until(self, *statuses: str, within: float = 20) -> Any:
        end = time.monotonic() + within
        while self.ask()["status"] not in statuses:
            assert time.monotonic() < end, self.request
            time.sleep(0.2)
        return self.request

    def end(self) -> Answer:
        return self.espocrm.installation.call("DELETE", self.path)

    def established(self, signer: Credential) -> Any:
        """From nothing to a session."""
        document = self.begin()
        request = self.drop(written(enveloped(document_text(document), signer)))
        if request["status"] == "Submitted":
            request = self.ask_until("Established")
        assert request["status"] == "Established", request
        return request

    def live_sessions(self) -> set[str]:
        """The company's sessions at KSeF that are redeemed and not revoked."""
        return {
            each["referenceNumber"]
            for each in self.espocrm.installation.ksef_sessions(self.nip)
            if each["redeemed"] and not each["revoked"]
        }

    def change_state(self, *, is_due: bool = True, **members: object) -> None:
        """Write members of the stored request anew, and let the rounds look at it, or not yet."""
        with contextlib.closing(sqlite3.connect(state_file(self.espocrm), timeout=5)) as connection:
            query = "SELECT state FROM ksef_bridge_signing_request WHERE id = ?"
            row = connection.execute(query, [self.request["id"]]).fetchone()
            state = json.dumps({**json.loads(row[0]), **members})
            connection.execute(
                "UPDATE ksef_bridge_signing_request SET state = ?, version = version + 1,"
                " next_at = CASE ? WHEN 1 THEN 0 ELSE next_at END WHERE id = ?",
                [state, is_due, self.request["id"]],
            )
            connection.commit()

    def let_the_access_token_end(self) -> None:
        with contextlib.closing(sqlite3.connect(state_file(self.espocrm), timeout=5)) as connection:
            id_ = f"{self.profile_id}::{self.request['id']}"
            query = "SELECT state FROM ksef_bridge_session WHERE profile_id = ?"
            state = json.loads(connection.execute(query, [id_]).fetchone()[0])
            state["session"]["access_token"]["valid_until"] = "2026-01-01T00:00:00Z"
            change = "UPDATE ksef_bridge_session SET state = ? WHERE profile_id = ?"
            connection.execute(change, [json.dumps(state), id_])
            connection.commit()

    @property
    def path(self) -> str:
        return f"{self._path}/{self.request['id']}"

    @property
    def _path(self) -> str:
        return f"/v1/profiles/{self.profile_id}/signing-requests"


def in_the_end(call: Callable[[], Answer]) -> Answer:
    """The answer to a call that is repeated for as long as the bridge says so."""
    end = time.monotonic() + 30
    while (answer := call()).status == 503:
        assert time.monotonic() < end, answer.json
        time.sleep(int(answer.headers["retry-after"]))
    return answer


def document_text(document: str) -> str:
    """The document without its declaration, as a parser of texts takes it."""
    return document.partition("?>\n")[2]
