"""The package of a certificate that has just been issued."""

from __future__ import annotations

import base64

from cryptography import x509

from bridge.credentials.private_key import unencrypted_pkcs8
from bridge.enrolment.keys import open_key, open_password
from bridge.enrolment.package import Contents, make_package
from bridge.enrolment.state import Enrolment, PackageState
from bridge.vault import SealError, Vault


def package_of(
    enrolment: Enrolment, certificate: x509.Certificate, vault: Vault
) -> tuple[str | None, PackageState]:
    """The package in base64, or why there is none. From here on its password is not needed."""
    if enrolment.package_state is not PackageState.AWAITED:
        return None, enrolment.package_state
    try:
        password = open_password(vault, enrolment)
        key = open_key(vault, enrolment.private_key_sealed, enrolment.public_key_sha256)
    except SealError:
        return None, PackageState.PASSWORD_LOST
    if password is None:
        return None, PackageState.PASSWORD_LOST
    order = enrolment.order
    contents = Contents(
        name=order.name,
        type=order.type,
        environment=enrolment.environment,
        certificate=certificate,
        private_key=unencrypted_pkcs8(key),
        password=password,
    )
    return base64.b64encode(make_package(contents)).decode(), PackageState.MADE
