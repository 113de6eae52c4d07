"""Who may make a call: the Bearer token of a request and the session behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from cryptography import x509
from flask import current_app, request

from bridge.credentials.context import ContextIdentifier
from bridge.simulator import clock
from bridge.simulator.authentication.json_web_tokens import Claims, TokenType
from bridge.simulator.authentication.operations import Operation
from bridge.simulator.errors import Forbidden, Unauthorized
from bridge.simulator.identity import SubjectIdentifier
from bridge.simulator.state import SimulatorState

EXTENSION = "ksef_simulator"


@dataclass(frozen=True, slots=True)
class Session:
    """A login as an access token carries it.

    `permissions` are those of the moment the access token was made; `subject_name` is the DN of
    the login certificate (None for a KSeF token); `token_reference` is the KSeF token's number.
    """

    reference_number: str
    context: ContextIdentifier
    subject: SubjectIdentifier
    method: Literal["token", "xades"]
    permissions: frozenset[str]
    subject_name: x509.Name | None
    token_reference: str | None


def current_state() -> SimulatorState:
    """The state of the simulator that answers this request."""
    return cast(SimulatorState, current_app.extensions[EXTENSION])


def client_ip() -> str:
    """The address of whoever sent this request, `127.0.0.1` over a Unix socket."""
    return request.remote_addr or "127.0.0.1"


def bearer_claims() -> Claims | None:
    """The claims of the request's Bearer token of whatever type, None without one.

    Raises `Unauthorized` for a token that this simulator has not made.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return current_state().json_web_tokens.read(token.strip())


def require_token(*types: TokenType) -> Claims:
    """The claims of the request's token, which is of one of `types` and alive; else 401."""
    claims = bearer_claims()
    if claims is None:
        raise Unauthorized
    if claims.type not in types:
        raise Unauthorized("Token ma niewłaściwy typ dla tej operacji.")
    if claims.expired:
        raise Unauthorized("Token wygasł.")
    return claims


def require_access_token() -> Session:
    """The session whose access token the request carries.

    Raises `Unauthorized` (401) without a valid access token, and `Forbidden` (403
    `ip-not-allowed`) from an address outside the login's authorization policy. A revoked session's
    access token stays valid to its end (auth/sesje.md).
    """
    claims = require_token(TokenType.ACCESS)
    state = current_state()
    with state.lock:
        operation = state.operations.find(claims.reference_number)
        if operation is None or operation.subject is None:
            raise Unauthorized
        _check_address(operation)
        operation.used_at = clock.now()
        return Session(
            reference_number=operation.reference_number,
            context=operation.context,
            subject=operation.subject,
            method=operation.method,
            permissions=claims.permissions,
            subject_name=operation.subject_name,
            token_reference=operation.token_reference,
        )


def _check_address(operation: Operation) -> None:
    if operation.allowed_ips is not None and not operation.allowed_ips.allow(client_ip()):
        raise Forbidden(
            "ip-not-allowed",
            "Żądanie pochodzi z adresu IP innego niż wskazany podczas uwierzytelnienia.",
            clientIp=client_ip(),
        )
