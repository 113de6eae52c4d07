"""The sessions of a subject in its context: `/auth/sessions`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from bridge.simulator import clock
from bridge.simulator.access import current_state, require_access_token, require_token
from bridge.simulator.authentication.json_web_tokens import TokenType
from bridge.simulator.authentication.operations import Operation
from bridge.simulator.errors import Forbidden, InvalidInput
from bridge.simulator.paging import page_of
from bridge.simulator.request_body import page_size

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/auth/sessions")
def sessions() -> dict[str, Any]:
    """The live sessions of the caller in its context, the newest first."""
    session = require_access_token()
    size = page_size()
    state = current_state()
    with state.lock:
        own = [
            operation
            for operation in state.operations
            if operation.is_live_session
            and operation.subject == session.subject
            and operation.context == session.context
        ]
        page = page_of(own, lambda item: (item.started_at, item.reference_number), size)
        items = [_as_json(operation, session.reference_number) for operation in page.items]
    return {"items": items, "continuationToken": page.continuation_token}


@blueprint.delete("/auth/sessions/current")
def revoke_current() -> tuple[str, int]:
    """Revoke the session of the access or refresh token that the request carries."""
    claims = require_token(TokenType.ACCESS, TokenType.REFRESH)
    if claims.type is TokenType.ACCESS:
        require_access_token()
    state = current_state()
    with state.lock:
        operation = state.operations.find(claims.reference_number)
        if operation is not None:
            _revoke(operation)
    return "", 204


@blueprint.delete("/auth/sessions/<reference_number>")
def revoke(reference_number: str) -> tuple[str, int]:
    """Revoke one of the caller's sessions; again is no error."""
    session = require_access_token()
    state = current_state()
    with state.lock:
        operation = state.operations.find(reference_number)
        if operation is None:
            raise InvalidInput(
                f"Sesja o numerze referencyjnym {reference_number} nie została znaleziona."
            )
        if (operation.subject, operation.context) != (session.subject, session.context):
            raise Forbidden("insufficient-resource-access", "Brak dostępu do wskazanego zasobu.")
        _revoke(operation)
    return "", 204


def _revoke(operation: Operation) -> None:
    if operation.revoked_at is None:
        operation.revoked_at = clock.now()


def _as_json(operation: Operation, current: str) -> dict[str, Any]:
    return {
        "referenceNumber": operation.reference_number,
        "isCurrent": operation.reference_number == current,
        **operation.as_json(),
    }
