"""What KSeF says of the credential itself: the KSeF token's state, or the certificate's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bridge.credentials.secret import Secret
from bridge.espocrm.profiles import Certificate
from bridge.ksef.client import KsefClient
from bridge.ksef.contract import KsefTokenState
from bridge.sessions.connection_report import Finding, StepCode
from bridge.sessions.credential import OpenedCertificate, OpenedToken

_ACTIVE = "Active"


@dataclass
class AskedToken:
    """The KSeF token that a session was made by; KSeF is asked about it once (API 2.4.0)."""

    client: KsefClient
    opened: OpenedToken
    access_token: Secret

    @cached_property
    def state(self) -> KsefTokenState:
        """What KSeF says of it. Raises KsefError, and asks again then."""
        reference_number = self.opened.token.reveal_text().partition("|")[0]
        return self.client.ksef_token(reference_number, self.access_token)


def find_token_state(finding: Finding, token: AskedToken) -> None:
    """Warn about a KSeF token that is not Active. Raises KsefError."""
    if token.state.status != _ACTIVE:
        finding.warn(StepCode.TOKEN_NOT_ACTIVE, {"status": token.state.status})


def find_certificate_state(
    finding: Finding,
    client: KsefClient,
    certificate: Certificate,
    opened: OpenedCertificate,
    access_token: Secret,
) -> None:
    """Warn about a KSeF certificate that is not Active or that KSeF does not list.

    A qualified or self-signed certificate is not KSeF's to keep a state of. Raises KsefError.
    """
    if certificate.kind != "Ksef":
        return
    serial_number = f"{opened.certificate.serial_number:016X}"
    listed = client.certificate(serial_number, access_token)
    if listed is None:
        finding.warn(StepCode.CERTIFICATE_NOT_LISTED, {"serialNumber": serial_number})
    elif listed.status != _ACTIVE:
        finding.warn(
            StepCode.CERTIFICATE_NOT_ACTIVE,
            {"serialNumber": serial_number, "status": listed.status},
        )
