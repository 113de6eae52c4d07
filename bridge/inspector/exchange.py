"""What a worker and an inspecting process say to each other, as JSON.

Not as pickles: whoever takes over the inspecting process by a file must gain nothing in the worker.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import CertificateInspection
from bridge.credentials.secret import Secret
from bridge.credentials.sorting import CertificateSorting
from bridge.signed_documents.inspection import Expected, SignedDocumentInspection

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
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class SortingRequest:
    """The arguments of `sort_certificates`."""

    files: Sequence[UploadedFile] = field(repr=False)
    password: Secret | None
    passwords: Mapping[str, Secret]
    environment: Environment | None
    now: datetime


@dataclass(frozen=True, slots=True)
class SignedDocumentRequest:
    """The arguments of `inspect_signed_document`."""

    content: bytes = field(repr=False)
    expected: Expected
    now: datetime


Request = InspectionRequest | SortingRequest | SignedDocumentRequest


def encode_request(request: Request) -> bytes:
    """One JSON object."""
    if isinstance(request, SignedDocumentRequest):
        return json.dumps(
            {
                "signed": _base64(request.content),
                "expected": asdict(request.expected),
                "now": request.now.isoformat(),
            }
        ).encode()
    own: dict[str, Any]
    if isinstance(request, InspectionRequest):
        own = {"expected_type": request.expected_type, "fingerprint": request.fingerprint}
    else:
        passwords = request.passwords
        own = {"passwords": {name: _base64(each.reveal()) for name, each in passwords.items()}}
    return json.dumps(
        {
            "files": [(file.name, _base64(file.content)) for file in request.files],
            "password": None if request.password is None else _base64(request.password.reveal()),
            "environment": request.environment,
            "now": request.now.isoformat(),
            **own,
        }
    ).encode()


def decode_request(encoded: bytes) -> Request:
    """The request of a worker."""
    said = json.loads(encoded)
    if "signed" in said:
        expected = said["expected"]
        return SignedDocumentRequest(
            base64.b64decode(said["signed"]),
            Expected(**{**expected, "environment": Environment(expected["environment"])}),
            datetime.fromisoformat(said["now"]),
        )
    files = [UploadedFile(name, base64.b64decode(content)) for name, content in said["files"]]
    password = None if said["password"] is None else _secret(said["password"])
    environment = None if said["environment"] is None else Environment(said["environment"])
    now = datetime.fromisoformat(said["now"])
    if "passwords" in said:
        passwords = {name: _secret(each) for name, each in said["passwords"].items()}
        return SortingRequest(files, password, passwords, environment, now)
    expected = None if said["expected_type"] is None else CertificateType(said["expected_type"])
    return InspectionRequest(files, password, expected, environment, now, said["fingerprint"])


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


def encode_sorting(sorting: CertificateSorting) -> bytes:
    """One JSON object; `decode_sorting` reads it."""
    return json.dumps(asdict(sorting), default=datetime.isoformat).encode()


def encode_signed(inspection: SignedDocumentInspection) -> bytes:
    """One JSON object; `decode_signed` reads it."""
    return json.dumps(asdict(inspection), default=datetime.isoformat).encode()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _secret(encoded: str) -> Secret:
    return Secret(base64.b64decode(encoded))
