"""The start of a login: `/auth/challenge`, `/auth/ksef-token`, `/auth/xades-signature`.

What is wrong with the request itself is refused at once with 400; what is wrong with the token, the
certificate or the rights shows in the status of the login (api-contract A.3).
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from flask import Blueprint, current_app, request
from pydantic import AfterValidator, Field

from bridge.simulator import clock
from bridge.simulator.access import client_ip, current_state
from bridge.simulator.authentication import (
    certificate_checks,
    signature_login,
    statuses,
    token_login,
)
from bridge.simulator.authentication.encryption_keys import Usage, decrypt
from bridge.simulator.authentication.json_web_tokens import TokenType
from bridge.simulator.authentication.methods import KSEF_TOKEN, method_of
from bridge.simulator.authentication.operations import Operation
from bridge.simulator.authentication.signature_login import SignatureLogin
from bridge.simulator.authentication.token_login import TokenLogin
from bridge.simulator.errors import InvalidInput, UnsupportedMediaType
from bridge.simulator.request_body import (
    AuthorizationPolicyBody,
    Body,
    WellFormedContext,
    read_body,
)
from bridge.simulator.state import SimulatorState
from bridge.simulator.xades import auth_token_request, verification, xml_documents
from bridge.simulator.xades.schemas import Schemas

blueprint = Blueprint("authentication", __name__)

SCHEMAS_EXTENSION = "ksef_simulator_schemas"

JsonAnswer = tuple[dict[str, Any], int]


def _base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("wartość nie jest w formacie Base64") from None
    return text


class KsefTokenLogin(Body):
    """KSeF's `InitTokenAuthenticationRequest`."""

    challenge: Annotated[str, Field(min_length=36, max_length=36)]
    context_identifier: WellFormedContext
    encrypted_token: Annotated[str, AfterValidator(_base64)]
    public_key_id: Annotated[str, Field(min_length=44, max_length=44)] | None = None
    authorization_policy: AuthorizationPolicyBody | None = None


@blueprint.post("/auth/challenge")
def challenge() -> JsonAnswer:
    """A challenge to be answered within ten minutes."""
    state = current_state()
    with state.lock:
        issued = state.challenges.issue()
    return {
        "challenge": issued.value,
        "timestamp": clock.timestamp(issued.made_at),
        "timestampMs": clock.milliseconds(issued.made_at),
        "clientIp": client_ip(),
    }, 200


@blueprint.post("/auth/ksef-token")
def ksef_token() -> JsonAnswer:
    """A login by KSeF token."""
    body = read_body(KsefTokenLogin)
    state = current_state()
    with state.lock:
        answered = state.challenges.find(body.challenge)
        keys = state.encryption_keys.accepted(Usage.TOKEN, body.public_key_id)
        plaintext = decrypt(keys, base64.b64decode(body.encrypted_token))
        login = TokenLogin(answered, body.context_identifier.identifier, plaintext)
        verdict = token_login.judge(login, state.ksef_tokens, state.rights)
        state.challenges.answered(answered)
        token = verdict.token
        if token is not None and verdict.outcome is statuses.SUCCESS:
            token.last_used_at = clock.now()
        policy = body.authorization_policy
        operation = Operation(
            context=login.context,
            subject=token.author if token else None,
            authentication_method=KSEF_TOKEN,
            outcome=verdict.outcome,
            allowed_ips=policy.allowed if policy else None,
            token_reference=token.reference_number if token else None,
        )
        return _started(state, operation)


@blueprint.post("/auth/xades-signature")
def xades_signature() -> JsonAnswer:
    """A login by signature."""
    if request.mimetype != "application/xml":
        raise UnsupportedMediaType("Wymagany typ treści: application/xml.")
    verify_chain = _flag("verifyCertificateChain")
    signed = verification.verify(xml_documents.parse(request.get_data()))
    schemas: Schemas = current_app.extensions[SCHEMAS_EXTENSION]
    wanted = auth_token_request.read(signed.octets)
    schemas.check(signed.octets)
    certificate_checks.check_form(signed.certificate)
    subject = signature_login.subject_of(wanted, signed.certificate)
    login = SignatureLogin(wanted.context, subject, signed.certificate, verify_chain)
    state = current_state()
    with state.lock:
        state.challenges.answered(state.challenges.find(wanted.challenge))
        outcome = signature_login.judge(
            login, state.certificates, state.trust_services, state.rights
        )
        issued_by_ksef = state.certificates.issued_by_ksef_name(signed.certificate)
        if issued_by_ksef and outcome is statuses.SUCCESS:
            state.certificates.certificate_used(signed.certificate.serial_number)
        operation = Operation(
            context=login.context,
            subject=subject,
            authentication_method=method_of(signed.certificate, issued_by_ksef=issued_by_ksef),
            outcome=outcome,
            allowed_ips=wanted.allowed_ips,
            subject_name=signed.certificate.subject,
        )
        return _started(state, operation)


def _started(state: SimulatorState, operation: Operation) -> JsonAnswer:
    operation.outcome = state.chaos.login_outcome() or operation.outcome
    state.operations.start(operation)
    token = state.json_web_tokens.issue(TokenType.AUTHENTICATION, operation.reference_number, {})
    return {
        "referenceNumber": operation.reference_number,
        "authenticationToken": token.as_json(),
    }, 202


def _flag(name: str) -> bool:
    given = request.args.get(name, "false").lower()
    if given not in {"true", "false"}:
        raise InvalidInput(f"{name}: dozwolone są wartości true i false.")
    return given == "true"
