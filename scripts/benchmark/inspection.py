"""The inspection of a portal's certificate and key, beside the derivation of the key file's key.

By itself, and as the bridge does it: in a process of its own.
"""

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
from bridge.credentials.inspection import CertificateInspection, inspect_certificate
from bridge.credentials.secret import Secret
from bridge.inspector.exchange import InspectionRequest
from bridge.inspector.inspector import Inspector

_ROUNDS = 100_000
_KEY_BYTES = 32
_SALT_BYTES = 16


def inspection_rows(certificate: PortalCertificate, times: int) -> list[Row]:
    """All in turn: processor time in this process, time on the clock. Raises PartFailed."""
    password = Secret(certificate.password)
    request = InspectionRequest(
        [UploadedFile(path.name, path.read_bytes()) for path in certificate.files],
        password=password,
        expected_type=CertificateType.AUTHENTICATION,
        environment=Environment.TEST,
        now=datetime.now(UTC),
    )
    inspector = Inspector(threads=2)

    def inspect() -> None:
        _check(
            inspect_certificate(
                request.files,
                password=request.password,
                expected_type=request.expected_type,
                environment=request.environment,
                now=request.now,
            )
        )

    def inspect_elsewhere() -> None:
        _check(inspector.inspect(request))

    def derive() -> None:
        derivation = PBKDF2HMAC(hashes.SHA256(), _KEY_BYTES, os.urandom(_SALT_BYTES), _ROUNDS)
        derivation.derive(password.reveal())

    actions = (inspect, inspect_elsewhere, derive)
    for action in actions:
        action()
    rounds = [[cost_of(action) for action in actions] for _ in range(times)]
    here, elsewhere, floor = (median(costs) for costs in zip(*rounds, strict=True))
    return [
        Row(
            measured="Inspection of a portal key: CPU",
            ours=here.cpu * 1000,
            against="PBKDF2 of its key file",
            other=floor.cpu * 1000,
            unit=Unit.MILLISECONDS,
            target=Target("≤", 1.15),
        ),
        Row(
            measured="The same in a process of its own: time",
            ours=elsewhere.wall * 1000,
            against="PBKDF2 of its key file",
            other=floor.wall * 1000,
            unit=Unit.MILLISECONDS,
            target=Target("≤", 2),
        ),
    ]


def _check(inspection: CertificateInspection) -> None:
    if inspection.private_key is None:
        raise PartFailed(f"inspection: {inspection.findings}")
