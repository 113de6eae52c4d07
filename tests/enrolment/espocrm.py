"""What EspoCRM does when an administrator requests a certificate."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import create_engine, delete, insert, select, update

from bridge.espocrm.tables import ksef_certificate
from bridge.vault import binding_of
from tests.faults.profiles import new_profile
from tests.installation import Installation
from tests.processes import Answer
from tests.secret_register import register_secret
from tests.simulator.login_certificates import Attributes, certificate_for

Requested = tuple[str, str, Any]
"""A profile, a record, and the answer to the request of its certificate."""

ORDER: Mapping[str, object] = {"type": "Authentication", "name": "Certyfikat z EspoCRM"}


@dataclass(frozen=True)
class EspoCrm:
    """An EspoCRM beside a bridge: its records, and its calls."""

    installation: Installation

    def profile(self, folder: Path, profile_id: str, method: str = "Certificate") -> str:
        """A profile that logs in by a certificate of the simulator; its NIP."""
        return new_profile(self.installation, folder, profile_id, method)

    def self_signed_profile(
        self, folder: Path, profile_id: str, nip: str, subject: Attributes
    ) -> None:
        """A profile that logs in by a self-signed certificate, as the Test environment takes."""
        made = certificate_for(subject)
        paths = [folder / "self-signed.crt", folder / "self-signed.key"]
        paths[0].write_text(made.certificate_pem)
        paths[1].write_text(made.key_pem)
        certificate = self.installation.inspect_certificate(paths, None)
        self.installation.add_certificate_profile(profile_id, nip, certificate)

    def add_record(self, certificate_id: str, order: Mapping[str, object] | None = None) -> None:
        """A KsefCertificate saved as Requested."""
        order = order or ORDER
        row = {
            "id": certificate_id,
            "deleted": False,
            "name": order["name"],
            "status": "Requested",
            "type": order["type"],
            # EspoCRM makes an empty field of a unique index NULL.
            "fingerprint": None,
        }
        self._execute(insert(ksef_certificate).values(row))

    def request(
        self, profile_id: str, certificate_id: str, order: Mapping[str, object] | None = None
    ) -> Answer:
        """One PUT."""
        answer = self.installation.call("PUT", path(profile_id, certificate_id), order or ORDER)
        if answer.status == 202 and answer.json["packagePassword"]:
            register_secret(answer.json["packagePassword"])
        return answer

    def request_in_the_end(
        self, profile_id: str, certificate_id: str, order: Mapping[str, object] | None = None
    ) -> Any:
        """The answer to a PUT that is repeated for as long as the bridge says so."""
        end = time.monotonic() + 30
        while (answer := self.request(profile_id, certificate_id, order)).status == 503:
            assert time.monotonic() < end, answer.json
            time.sleep(int(answer.headers["retry-after"]))
        assert answer.status == 202, answer.json
        return answer.json

    def store_seal(self, certificate_id: str, sealed: str) -> None:
        self.change_record(certificate_id, private_key_sealed=sealed)

    def change_record(self, certificate_id: str, **columns: object) -> None:
        is_record = ksef_certificate.c.id == certificate_id
        self._execute(update(ksef_certificate).where(is_record).values(columns))

    def remove_record(self, certificate_id: str) -> None:
        self._execute(delete(ksef_certificate).where(ksef_certificate.c.id == certificate_id))

    def record(self, certificate_id: str) -> Any:
        engine = create_engine(self.installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
        query = select(ksef_certificate).where(ksef_certificate.c.id == certificate_id)
        with engine.connect() as connection:
            row = connection.execute(query).first()
        engine.dispose()
        return row

    def ask(self, profile_id: str, certificate_id: str, **headers: str) -> Answer:
        """One GET."""
        return self.installation.call("GET", path(profile_id, certificate_id), None, **headers)

    def ask_until(
        self, profile_id: str, certificate_id: str, *states: str, within: float = 30
    ) -> Any:
        """The answer once the request has one of the states; asked as the bridge says."""
        end = time.monotonic() + within
        while True:
            answer = self.ask(profile_id, certificate_id)
            assert answer.status in {200, 503}, answer.json
            if answer.status == 200 and answer.json["status"] in states:
                return answer.json
            assert time.monotonic() < end, answer.json
            pause = answer.json.get("retryAfter") or 1
            time.sleep(min(pause, 1))

    def collect(self, profile_id: str, certificate_id: str, issued: Any) -> None:
        """Store what was issued, then tell the bridge."""
        self.change_record(
            certificate_id,
            status="Active",
            type=issued["facts"]["type"],
            kind=issued["facts"]["kind"],
            fingerprint=issued["facts"]["fingerprint"],
            serial_number=issued["serialNumber"],
            certificate_pem=issued["certificatePem"],
        )
        assert self.forget(profile_id, certificate_id).status == 204

    def forget(self, profile_id: str, certificate_id: str, query: str = "") -> Answer:
        """One DELETE."""
        return self.installation.call("DELETE", path(profile_id, certificate_id) + query)

    def at_ksef(self, sealed: str) -> tuple[list[Any], list[Any]]:
        """The certificates, and the requests for some, of a sealed key."""
        digest = binding_of(sealed)["publicKeySha256"]
        told = self.installation.simulator.call("GET", "/_simulator/certificates").json
        return (
            [each for each in told["certificates"] if each["publicKeySha256"] == digest],
            [each for each in told["enrollments"] if each["publicKeySha256"] == digest],
        )

    def requests_of(self, nip: str) -> list[Any]:
        """All requests of a company at KSeF."""
        told = self.installation.simulator.call("GET", "/_simulator/certificates").json
        return [each for each in told["enrollments"] if each["subjectIdentifier"]["value"] == nip]

    def log(self) -> list[dict[str, Any]]:
        """What the bridge has logged."""
        lines = (self.installation.folder / "bridge.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def _execute(self, statement: Any) -> None:
        engine = create_engine(self.installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
        with engine.begin() as connection:
            connection.execute(statement)
        engine.dispose()


def path(profile_id: str, certificate_id: str) -> str:
    return f"/v1/profiles/{profile_id}/certificate-enrolments/{certificate_id}"


def public_key_sha256(certificate_pem: str) -> str:
    key = x509.load_pem_x509_certificate(certificate_pem.encode()).public_key()
    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def code(answer: Answer) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status, answer.json["code"]
