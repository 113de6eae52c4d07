"""A certificate with its encrypted key, as KSeF's portal hands them out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmark.own_process import PartFailed
from bridge.credentials.secret import Secret
from bridge.simulator.certificates.portal import Application, company, issue_by_simulator, new_key
from bridge.simulator.certificates.portal_key_file import encrypted_pem
from tests.installation import new_nip
from tests.processes import RunningCommand


@dataclass(frozen=True, slots=True)
class PortalCertificate:
    """A company's EC certificate for logging in: its two files, their password, the bare key."""

    nip: str
    files: list[Path]
    password: str = field(repr=False)
    certificate_pem: str
    unencrypted_key_pem: str = field(repr=False)


def portal_certificate(simulator: RunningCommand, folder: Path) -> PortalCertificate:
    """A new certificate of a new company, its files in `folder`. Raises PartFailed."""
    nip, password, key = new_nip(), secrets.token_urlsafe(12), new_key("EC P-256")
    attributes = company(nip, f"Firma {nip} sp. z o.o.")
    issued = issue_by_simulator(Application(attributes, "Authentication", key), [simulator.port])
    if issued is None:
        raise PartFailed("the simulator does not answer")
    certificate_pem = issued.public_bytes(Encoding.PEM)
    folder.mkdir(exist_ok=True)
    files = [folder / f"{nip}.crt", folder / f"{nip}.key"]
    files[0].write_bytes(certificate_pem)
    files[1].write_bytes(encrypted_pem(key, Secret(password)))
    bare = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return PortalCertificate(nip, files, password, certificate_pem.decode(), bare.decode())
