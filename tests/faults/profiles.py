"""Profiles with credentials of the simulator, made quickly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import create_engine, insert

from bridge.credentials.secret import Secret
from bridge.espocrm.tables import ksef_certificate
from bridge.simulator.certificates.portal import Application, company, issue_by_simulator, new_key
from bridge.simulator.certificates.portal_key_file import encrypted_pem
from tests.installation import Installation, new_nip
from tests.secret_register import register_secret

METHODS = ("Token", "Certificate")


def new_profile(installation: Installation, folder: Path, profile_id: str, method: str) -> str:
    """A profile that has never logged in, on a running bridge; its NIP."""
    nip = new_nip()
    if method == "Token":
        installation.add_token_profile(profile_id, nip)
    else:
        certificate = new_certificate(installation, folder / profile_id, nip)
        installation.add_certificate_profile(profile_id, nip, certificate)
    return nip


def new_certificate(installation: Installation, folder: Path, nip: str) -> Any:
    """A KSeF certificate of a company as the bridge has inspected and sealed it."""
    password = register_secret("portal password 15+")
    application = Application(company(nip, f"Firma {nip}"), "Authentication", new_key("EC P-256"))
    issued = issue_by_simulator(application, [installation.simulator.port])
    assert issued is not None
    folder.mkdir(parents=True)
    paths = [folder / "certificate.crt", folder / "certificate.key"]
    paths[0].write_bytes(issued.public_bytes(Encoding.PEM))
    paths[1].write_bytes(encrypted_pem(application.key, Secret(password)))
    # Among so many bridges that start and die an upload may not be opened within its five seconds.
    for _ in range(3):
        inspected = installation.inspect_certificate(paths, password)
        if inspected["facts"] is not None:
            return inspected
    raise AssertionError(inspected["findings"])


def change_credential(
    installation: Installation, folder: Path, profile_id: str, nip: str, method: str
) -> None:
    """What EspoCRM stores when an administrator gives a profile another token or certificate."""
    if method == "Token":
        sealed = installation.inspect_token(installation.new_ksef_token(nip))["sealed"]
        installation.change_profile(profile_id, authorization_type="Token", token_sealed=sealed)
        return
    certificate = new_certificate(installation, folder / f"{profile_id}-other", nip)
    row = {
        "id": f"other-{profile_id}",
        "deleted": False,
        "status": "Active",
        "type": certificate["facts"]["type"],
        "kind": certificate["facts"]["kind"],
        "fingerprint": certificate["facts"]["fingerprint"],
        "certificate_pem": certificate["certificatePem"],
        "private_key_sealed": certificate["privateKeySealed"],
    }
    engine = create_engine(installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(insert(ksef_certificate).values(row))
    engine.dispose()
    installation.change_profile(
        profile_id,
        authorization_type="Certificate",
        authorization_certificate_id=f"other-{profile_id}",
    )
