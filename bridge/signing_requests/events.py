"""What happens to signing requests, told to the log; never a secret.

The signer stands there by the certificate alone, for a PESEL is a person's. Who asked and the
request's id are bound to the log's context by the API.
"""

from __future__ import annotations

import structlog

from bridge.signing_requests.state import SigningRequest

log = structlog.get_logger(__name__)


def tell(request: SigningRequest) -> None:
    """A request has come to a phase."""
    log.info(
        "signing-request",
        profile=request.profile_id,
        request=request.id,
        environment=request.environment.value,
        outcome=request.phase.value,
        fingerprint=request.signer and request.signer.fingerprint,
        code=request.problem and request.problem.code,
    )
