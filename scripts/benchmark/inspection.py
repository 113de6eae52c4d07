"""The inspection of a portal's certificate and key, beside the derivation of the key file's key."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from benchmark.cost import cost_of, median
from benchmark.own_process import PartFailed
from benchmark.portal_certificate import PortalCertificate
from benchmark.table import Row, Target, Unit
from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import inspect_certificate
from bridge.credentials.secret import Secret

_ROUNDS = 100_000
_KEY_BYTES = 32
_SALT_BYTES = 16


def inspection_row(certificate: PortalCertificate, times: int) -> Row:
    """Processor time of both, in turn in this process. Raises PartFailed."""
    files = [UploadedFile(path.name, path.read_bytes()) for path in certificate.files]
    password = Secret(certificate.password)

    def inspect() -> None:
        inspection = inspect_certificate(
            files,
            password=password,
            expected_type=CertificateType.AUTHENTICATION,
            environment=Environment.TEST,
            now=datetime.now(UTC),
        )
        if inspection.private_key is None:
            raise PartFailed(f"inspection: {inspection.findings}")

    def derive() -> None:
        derivation = PBKDF2HMAC(hashes.SHA256(), _KEY_BYTES, os.urandom(_SALT_BYTES), _ROUNDS)
        derivation.derive(password.reveal())

    inspect()
    derive()
    costs = [(cost_of(inspect), cost_of(derive)) for _ in range(times)]
    return Row(
        measured="Inspection of a portal key: CPU",
        ours=median([ours for ours, _ in costs]).cpu * 1000,
        against="PBKDF2 of its key file",
        other=median([floor for _, floor in costs]).cpu * 1000,
        unit=Unit.MILLISECONDS,
        target=Target("≤", 1.15),
    )
