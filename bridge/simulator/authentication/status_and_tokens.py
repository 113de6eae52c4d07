"""What becomes of a login: `/auth/{referenceNumber}`, `/auth/token/redeem`, `…/refresh`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from bridge.simulator import clock
from bridge.simulator.access import bearer_claims, current_state, require_token
from bridge.simulator.authentication import statuses
from bridge.simulator.authentication.json_web_tokens import TokenInfo, TokenType
from bridge.simulator.authentication.operations import STATUS_KEPT, Operation
from bridge.simulator.errors import BadRequest, Forbidden, Gone, Unauthorized
from bridge.simulator.state import SimulatorState
from bridge.simulator.tokens.ksef_tokens import KsefTokenStatus

blueprint = Blueprint("authentication_status", __name__)


@blueprint.get("/auth/<reference_number>")
def status(reference_number: str) -> dict[str, Any]:
    """The status of a login, for seven days."""
    claims = bearer_claims()
    if claims is None or claims.type is not TokenType.AUTHENTICATION:
        raise Unauthorized
    state = current_state()
    with state.lock:
        operation = _find(state, reference_number)
        if claims.reference_number != reference_number:
            raise Forbidden("insufficient-resource-access", "Brak dostępu do wskazanego zasobu.")
        if operation.started_at + STATUS_KEPT <= clock.now():
            raise Gone
        require_token(TokenType.AUTHENTICATION)
        return operation.as_json()


@blueprint.post("/auth/token/redeem")
def redeem() -> dict[str, Any]:
    """The access and the refresh token of a successful login, once."""
    claims = require_token(TokenType.AUTHENTICATION)
    state = current_state()
    with state.lock:
        operation = _find(state, claims.reference_number)
        number = operation.reference_number
        if operation.redeemed_at is not None:
            raise _not_authorized(
                f"Tokeny dla operacji uwierzytelniania {number} zostały już pobrane."
            )
        if operation.status is not statuses.SUCCESS or state.chaos.refuses_redeem():
            raise _not_authorized(
                f"Operacja uwierzytelniania {number} nie jest w stanie umożliwiającym pobranie "
                "tokenów."
            )
        _check_holder(state, operation)
        operation.redeemed_at = clock.now()
        refresh_token = state.json_web_tokens.issue(
            TokenType.REFRESH, number, _context_claims(operation)
        )
        return {
            "accessToken": _access_token(state, operation).as_json(),
            "refreshToken": refresh_token.as_json(),
        }


@blueprint.post("/auth/token/refresh")
def refresh() -> dict[str, Any]:
    """A new access token; the refresh token stays as it is."""
    claims = require_token(TokenType.REFRESH)
    state = current_state()
    with state.lock:
        operation = _find(state, claims.reference_number)
        if operation.status is not statuses.SUCCESS:
            raise _not_authorized(
                f"Status uwierzytelniania ({operation.status.code}) nie pozwala na odświeżenie "
                "tokenu dostępowego."
            )
        _check_holder(state, operation)
        operation.refreshed_at = clock.now()
        operation.used_at = clock.now()
        return {"accessToken": _access_token(state, operation).as_json()}


def _find(state: SimulatorState, reference_number: str) -> Operation:
    operation = state.operations.find(reference_number)
    if operation is None:
        raise BadRequest(
            21304,
            "Brak uwierzytelnienia.",
            f"Operacja uwierzytelniania o numerze referencyjnym {reference_number} nie została "
            "znaleziona.",
        )
    return operation


def _check_holder(state: SimulatorState, operation: Operation) -> None:
    """Refuse tokens to the deceased (21308) and to a login by a token since revoked (21301)."""
    if operation.subject is not None and state.rights.is_deceased(operation.subject):
        raise BadRequest(21308, "Próba wykorzystania metod autoryzacyjnych osoby zmarłej.")
    token = state.ksef_tokens.find(operation.token_reference or "")
    if token is not None and token.status is not KsefTokenStatus.ACTIVE:
        raise _not_authorized("Token KSeF został unieważniony.")


def _access_token(state: SimulatorState, operation: Operation) -> TokenInfo:
    """An access token with the rights of this moment."""
    claims = {**_context_claims(operation), "per": sorted(_permissions(state, operation))}
    return state.json_web_tokens.issue(TokenType.ACCESS, operation.reference_number, claims)


def _permissions(state: SimulatorState, operation: Operation) -> frozenset[str]:
    if operation.subject is None:
        return frozenset()
    held: frozenset[str] = state.rights.permissions_of(operation.subject, operation.context)
    token = state.ksef_tokens.find(operation.token_reference or "")
    return held if token is None else held & frozenset(token.permissions)


def _context_claims(operation: Operation) -> dict[str, Any]:
    return {
        "cit": operation.context.type.value,
        "civ": operation.context.value,
        "aum": operation.authentication_method.name,
    }


def _not_authorized(detail: str) -> BadRequest:
    return BadRequest(21301, "Brak autoryzacji.", detail)
