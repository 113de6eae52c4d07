"""What the portal does for a company or person: makes a key and gets a certificate for it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bridge.credentials.environment import Environment
from bridge.simulator import clock
from bridge.simulator.certificates.issued_certificate import (
    CertificateType,
    attribute,
    build_certificate,
    cut,
    new_issuer,
    subject_name,
)
from bridge.simulator.certificates.portal_key_file import PrivateKey
from bridge.simulator.found_simulator import ask

KEY_ALGORITHMS = ("EC P-256", "RSA 2048")

Attributes = list[tuple[x509.ObjectIdentifier, str]]


@dataclass(frozen=True, slots=True)
class Application:
    """A key of one's own and the name that its certificate shall carry."""

    attributes: Attributes
    type: CertificateType
    key: PrivateKey = field(repr=False)


def company(nip: str, name: str) -> Attributes:
    """The DN of a company's certificate."""
    return [
        (NameOID.COUNTRY_NAME, "PL"),
        (NameOID.ORGANIZATION_IDENTIFIER, f"VATPL-{nip}"),
        (NameOID.ORGANIZATION_NAME, name),
        (NameOID.COMMON_NAME, cut(name)),
    ]


def person(serial_number: str, given_name: str, surname: str, *, country: str = "PL") -> Attributes:
    """The DN of a person's certificate; `serial_number` is `PNOPL-…` with a PESEL or the like."""
    return [
        (NameOID.COUNTRY_NAME, country),
        (NameOID.SERIAL_NUMBER, serial_number),
        (NameOID.GIVEN_NAME, given_name),
        (NameOID.SURNAME, surname),
        (NameOID.COMMON_NAME, cut(f"{given_name} {surname}")),
    ]


def new_key(algorithm: str) -> PrivateKey:
    """A fresh key of one of `KEY_ALGORITHMS`."""
    if algorithm == "RSA 2048":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def issue_by_simulator(application: Application, ports: Sequence[int]) -> x509.Certificate | None:
    """A certificate from the first simulator that answers at one of the ports, None without one.

    Only the request is sent. Raises `SimulatorRefused`.
    """
    body = {
        "csr": base64.b64encode(_signing_request(application)).decode(),
        "certificateType": application.type,
    }
    made = ask(ports, "/_simulator/certificates", body)
    if made is None:
        return None
    return x509.load_der_x509_certificate(base64.b64decode(made.body["certificate"]))


def issue_alone(application: Application, environment: Environment) -> x509.Certificate:
    """A certificate of an issuer that is named as the environment's and made for this one."""
    return build_certificate(
        new_issuer(environment),
        subject_name(application.attributes, application.type),
        application.key.public_key(),
        application.type,
        clock.now(),
    )


def _signing_request(application: Application) -> bytes:
    name = x509.Name(attribute(oid, value) for oid, value in application.attributes)
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(application.key, hashes.SHA256()).public_bytes(Encoding.DER)
