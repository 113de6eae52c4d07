"""What the portal does for a company or person: makes a key and gets a certificate for it."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import urllib3
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
from bridge.simulator.running_simulators import announced_ports

DEFAULT_PORT = 8971
ADDRESS_VARIABLE = "KSEF_BRIDGE_KSEF_URL_{environment}"
KEY_ALGORITHMS = ("EC P-256", "RSA 2048")

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SECONDS = 5.0

Attributes = list[tuple[x509.ObjectIdentifier, str]]


class SimulatorRefused(Exception):
    """A running simulator did not issue the certificate; the text says why."""


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


def person(pesel: str, given_name: str, surname: str) -> Attributes:
    """The DN of a person's certificate."""
    return [
        (NameOID.COUNTRY_NAME, "PL"),
        (NameOID.SERIAL_NUMBER, f"PNOPL-{pesel}"),
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
    with urllib3.PoolManager(retries=False, timeout=_SECONDS) as pool:
        for port in ports:
            try:
                answer = pool.request(
                    "POST", f"http://127.0.0.1:{port}/_simulator/certificates", json=body
                )
            except urllib3.exceptions.HTTPError:
                continue
            if answer.status == 201:
                der = base64.b64decode(answer.json()["certificate"])
                return x509.load_der_x509_certificate(der)
            if answer.status == 400:
                raise SimulatorRefused(answer.data.decode())
    return None


def issue_alone(application: Application, environment: Environment) -> x509.Certificate:
    """A certificate of an issuer that is named as the environment's and made for this one."""
    return build_certificate(
        new_issuer(environment),
        subject_name(application.attributes, application.type),
        application.key.public_key(),
        application.type,
        clock.now(),
    )


def likely_ports(environment: Environment) -> list[int]:
    """Where a simulator of this user that plays the environment may answer, the likeliest first.

    The bridge's own setting when it points to this machine, the usual port, and the one simulator
    that runs elsewhere; of several running elsewhere none is meant.
    """
    ports = [port] if (port := _port_of_setting(environment)) else []
    ports.append(DEFAULT_PORT)
    elsewhere = [port for port in announced_ports() if port not in ports]
    return ports + (elsewhere if len(elsewhere) == 1 else [])


def _port_of_setting(environment: Environment) -> int | None:
    variable = ADDRESS_VARIABLE.format(environment=environment.upper())
    address = urlsplit(os.environ.get(variable, ""))
    try:
        port = address.port
    except ValueError:
        return None
    return port if address.scheme == "http" and address.hostname in _LOOPBACK else None


def _signing_request(application: Application) -> bytes:
    name = x509.Name(attribute(oid, value) for oid, value in application.attributes)
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(application.key, hashes.SHA256()).public_bytes(Encoding.DER)
