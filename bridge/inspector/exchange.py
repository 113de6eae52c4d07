"""What a worker and an inspecting process say to each other, as JSON.

Not as pickles: whoever takes over the inspecting process by a file must gain nothing in the worker.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import CertificateInspection
from bridge.credentials.secret import Secret

FAILED = "!"
"""How a line begins that tells an exception's type and place."""


@dataclass(frozen=True, slots=True)
class InspectionRequest:
    """The arguments of `inspect_certificate`."""

    files: Sequence[UploadedFile] = field(repr=False)
    password: Secret | None
    expected_type: CertificateType | None
    environment: Environment | None
    now: datetime


def encode_request(request: InspectionRequest) -> bytes:
    """One JSON object."""
    password = request.password
    return json.dumps(
        {
            "files": [(file.name, _base64(file.content)) for file in request.files],
            "password": None if password is None else _base64(password.reveal()),
            "expected_type": request.expected_type,
            "environment": request.environment,
            "now": request.now.isoformat(),
        }
    ).encode()


def decode_request(encoded: bytes) -> InspectionRequest:
    """The request of a worker."""
    said = json.loads(encoded)
    password, expected, environment = said["password"], said["expected_type"], said["environment"]
    return InspectionRequest(
        [UploadedFile(name, base64.b64decode(content)) for name, content in said["files"]],
        None if password is None else Secret(base64.b64decode(password)),
        None if expected is None else CertificateType(expected),
        None if environment is None else Environment(environment),
        datetime.fromisoformat(said["now"]),
    )


def encode_inspection(inspection: CertificateInspection) -> bytes:
    """One JSON object; `decode_inspection` reads it."""
    facts, key = inspection.facts, inspection.private_key
    return json.dumps(
        {
            "facts": None if facts is None else asdict(facts),
            "findings": [asdict(finding) for finding in inspection.findings],
            "certificate_pem": inspection.certificate_pem,
            "private_key": None if key is None else _base64(key.reveal()),
            "public_key_sha256": inspection.public_key_sha256,
        },
        default=datetime.isoformat,
    ).encode()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
