"""Companies and persons who ask a simulator for certificates."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from bridge.simulator.certificates.enrolment_data import MEMBERS
from tests.simulator.ksef import Ksef, refusal
from tests.simulator.login_certificates import (
    Credential,
    PrivateKey,
    certificate_for,
    new_ec_key,
    new_nip,
    person,
)
from tests.simulator.signed_requests import enveloped, request_xml, written

PESEL = "44051401458"
NAME = "Certyfikat próbny"

Data = dict[str, str]
Digest = hashes.SHA224 | hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | hashes.SHA3_256


def prompt_ksef() -> Ksef:
    """A simulator that issues certificates without delay."""
    made = Ksef()
    made.state.certificates.processing_time = timedelta(0)
    return made


class Subject:
    """Someone who has logged in by signature and asks for certificates."""

    def __init__(self, ksef: Ksef, nip: str, credential: Credential | None = None) -> None:
        self.ksef = ksef
        self.nip = nip
        self.token = ksef.sign_in(nip, credential).access_token

    def get(self, path: str) -> Any:
        answer = self.ksef.call("GET", f"/certificates/{path}", token=self.token)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def post(self, path: str, **body: Any) -> Any:
        answer = self.ksef.call("POST", f"/certificates/{path}", token=self.token, json=body)
        assert answer.status_code in {200, 202}, answer.text
        return answer.get_json()

    def refused(self, path: str, **body: Any) -> int:
        answer = self.ksef.call("POST", f"/certificates/{path}", token=self.token, json=body)
        return refusal(answer)[0]

    def data(self) -> Data:
        found: Data = self.get("enrollments/data")
        return found

    def asks(self, key: PrivateKey, **members: Any) -> dict[str, Any]:
        """The body of a right request for a certificate; `members` replace its own."""
        return {
            "certificateName": NAME,
            "certificateType": "Authentication",
            "csr": signing_request(key, self.data()),
            **members,
        }

    def enrols(self, key: PrivateKey | None = None, **members: Any) -> str:
        """The reference number of a request that was taken in."""
        started = self.post("enrollments", **self.asks(key or new_ec_key(), **members))
        reference: str = started["referenceNumber"]
        return reference

    def obtains(self, key: PrivateKey | None = None, **members: Any) -> x509.Certificate:
        """The certificate that was issued for a right request."""
        status = self.get(f"enrollments/{self.enrols(key, **members)}")
        assert status["status"]["code"] == 200, status
        found = self.post("retrieve", certificateSerialNumbers=[status["certificateSerialNumber"]])
        return x509.load_der_x509_certificate(
            base64.b64decode(found["certificates"][0]["certificate"])
        )

    def revokes(self, certificate: x509.Certificate, **body: Any) -> Any:
        path = f"/certificates/{serial(certificate)}/revoke"
        return self.ksef.call("POST", path, token=self.token, json=body)


def company(ksef: Ksef) -> Subject:
    return Subject(ksef, new_nip())


def citizen(ksef: Ksef) -> Subject:
    nip = new_nip()
    body = {"nip": nip, "pesel": PESEL, "isBailiff": False, "description": "Osoba testowa"}
    assert ksef.call("POST", "/testdata/person", json=body).status_code == 200
    return Subject(ksef, nip, certificate_for(person(f"PNOPL-{PESEL}")))


def signing_request(key: PrivateKey, data: Data, digest: Digest | None = None) -> str:
    attributes = [x509.NameAttribute(MEMBERS[each], data[each], _validate=False) for each in data]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    request = builder.sign(key, digest or hashes.SHA256())
    return base64.b64encode(request.public_bytes(Encoding.DER)).decode()


def serial(certificate: x509.Certificate) -> str:
    return f"{certificate.serial_number:016X}"


def new_rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def login_outcome(ksef: Ksef, credential: Credential, nip: str) -> tuple[int, list[str]]:
    document = written(enveloped(request_xml(ksef.challenge()["challenge"], nip), credential))
    return ksef.outcome(ksef.send_signed(document))
