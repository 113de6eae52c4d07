"""What the bridge knows of a certificate that is being requested, between two calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment


class Phase(StrEnum):
    """How far a request has come. A phase is stored before the step that cannot be repeated.

    PREPARED: the key is made and sealed; EspoCRM is to store the seal, and KSeF knows of nothing.
    READY: EspoCRM holds the seal; the request is to be sent.
    SENDING: the request may have reached KSeF.
    ACCEPTED: KSeF has given it a reference number.
    ISSUED: the certificate is here, and belongs to the key.
    REJECTED: there will be no certificate.
    """

    PREPARED = "Prepared"
    READY = "Ready"
    SENDING = "Sending"
    ACCEPTED = "Accepted"
    ISSUED = "Issued"
    REJECTED = "Rejected"


class KeyAlgorithm(StrEnum):
    """The keys that KSeF certifies (certyfikaty-KSeF.md, section 3)."""

    EC_P256 = "EC P-256"
    RSA_2048 = "RSA 2048"


class PackageState(StrEnum):
    """Whether there is a package, or why there is none."""

    AWAITED = "Awaited"
    MADE = "Made"
    NOT_ASKED = "NotAsked"
    PASSWORD_LOST = "PasswordLost"  # noqa: S105
    FORGOTTEN = "Forgotten"


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for."""

    type: CertificateType
    name: str
    key_algorithm: KeyAlgorithm = KeyAlgorithm.EC_P256
    with_package: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request does not go on for now, or was rejected; a message and KSeF's own code."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    ksef_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One request for a certificate.

    `subject` is what KSeF tells of the login's certificate. With `signing_request_id` that signing
    request's session serves, and never the profile's own. `requests_left` is what KSeF's limit
    said just before the request was sent; for one that was found again in EspoCRM alone
    (`is_restored`) that is not known. `missed_since` is when KSeF first listed no certificate for
    a request whose answer was lost. `attempts` counts what was tried in vain in this phase.
    """

    certificate_id: str
    profile_id: str
    requested_by: str | None
    environment: Environment
    order: Order
    created_at: datetime
    phase: Phase
    public_key_sha256: str
    private_key_sealed: str = field(repr=False)
    subject: Mapping[str, str] | None = None
    password_sealed: str | None = field(default=None, repr=False)
    package_state: PackageState = PackageState.AWAITED
    package: str | None = field(default=None, repr=False)
    signing_request_id: str | None = None
    is_restored: bool = False
    attempts: int = 0
    missed_since: datetime | None = None
    requests_left: int | None = None
    reference_number: str | None = None
    serial_number: str | None = None
    certificate_pem: str | None = None
    problem: Problem | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen."""
        return self.phase in {Phase.ISSUED, Phase.REJECTED}

    @property
    def is_sent(self) -> bool:
        """Whether KSeF may know of it."""
        return self.phase not in {Phase.PREPARED, Phase.READY}
