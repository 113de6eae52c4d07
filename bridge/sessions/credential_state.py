"""What KSeF says of the credential itself: the KSeF token's state, or the certificate's."""

from __future__ import annotations

from bridge.credentials.secret import Secret
from bridge.espocrm.profiles import Certificate
from bridge.ksef.client import KsefClient
from bridge.ksef.contract import KsefTokenState
from bridge.sessions.connection_report import Finding, StepCode
from bridge.sessions.credential import OpenedCertificate, OpenedToken

_ACTIVE = "Active"


def state_of_token(client: KsefClient, opened: OpenedToken, access_token: Secret) -> KsefTokenState:
    """What KSeF says of the token that this session was made by (API 2.4.0). Raises KsefError."""
    reference_number = opened.token.reveal_text().partition("|")[0]
    return client.ksef_token(reference_number, access_token)


def find_token_state(
    finding: Finding, client: KsefClient, opened: OpenedToken, access_token: Secret
) -> None:
    """Warn about a KSeF token that is not Active. Raises KsefError."""
    state = state_of_token(client, opened, access_token)
    if state.status != _ACTIVE:
        finding.warn(StepCode.TOKEN_NOT_ACTIVE, {"status": state.status})


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
