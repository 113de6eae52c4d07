"""Generating, listing and revoking KSeF tokens: `/tokens`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Blueprint, request
from pydantic import Field

from bridge.credentials.context import ContextType
from bridge.simulator import clock
from bridge.simulator.access import Session, current_state, require_access_token
from bridge.simulator.errors import BadRequest, Forbidden, InvalidInput
from bridge.simulator.paging import page_of
from bridge.simulator.request_body import Body, page_size, read_body
from bridge.simulator.state import SimulatorState
from bridge.simulator.tokens.ksef_tokens import KsefToken, KsefTokenStatus

blueprint = Blueprint("ksef_token_management", __name__)

CONTEXT_TYPES = (ContextType.NIP, ContextType.INTERNAL_ID)

_SHORTEST_FILTER = 3
_AUTHOR_TYPES = ("Nip", "Pesel", "Fingerprint")
_READ = frozenset({"CredentialsManage", "CredentialsRead"})
_MANAGE = frozenset({"CredentialsManage"})

TokenPermission = Literal[
    "InvoiceRead",
    "InvoiceWrite",
    "CredentialsRead",
    "CredentialsManage",
    "SubunitManage",
    "EnforcementOperations",
    "Introspection",
    "CollectiveIdentifierManage",
]


class GenerateToken(Body):
    """KSeF's `GenerateTokenRequest`."""

    permissions: Annotated[list[TokenPermission], Field(min_length=1)]
    description: Annotated[str, Field(min_length=5, max_length=256)]


@blueprint.post("/tokens")
def generate() -> tuple[dict[str, Any], int]:
    """A new token, pending for a moment; only for a login by signature."""
    session = require_access_token()
    if session.method == "token":
        raise Forbidden(
            "auth-method-not-allowed",
            "Operacja nie jest dostępna dla użytej metody uwierzytelnienia.",
            authenticationMethodCategory="Token",
        )
    body = read_body(GenerateToken)
    _check_context(session)
    missing = [name for name in body.permissions if name not in session.permissions]
    if missing:
        raise BadRequest(
            26001,
            "Nie można nadać tokenowi uprawnień których nie posiadasz.",
            f"Brakujące uprawnienia: {', '.join(missing)}.",
        )
    state = current_state()
    with state.lock:
        token, text = state.ksef_tokens.generate(
            session.context,
            session.subject,
            tuple(dict.fromkeys(body.permissions)),
            body.description,
        )
    return {"referenceNumber": token.reference_number, "token": text}, 202


@blueprint.get("/tokens")
def tokens() -> dict[str, Any]:
    """The tokens of the context that the caller may see, the newest first."""
    session = require_access_token()
    size = page_size()
    wanted = _TokenFilter()
    state = current_state()
    with state.lock:
        seen = [
            token
            for token in state.ksef_tokens
            if token.context == session.context
            and (session.permissions & _READ or _is_own(token, session, state))
            and wanted.matches(token)
        ]
        page = page_of(seen, lambda item: (item.created_at, item.reference_number), size)
        listed = [token.as_json() for token in page.items]
    return {"tokens": listed, "continuationToken": page.continuation_token}


@blueprint.get("/tokens/<reference_number>")
def token(reference_number: str) -> dict[str, Any]:
    """One token: the caller's own, or any of the context with a Credentials right."""
    session = require_access_token()
    state = current_state()
    with state.lock:
        return _allowed_token(state, session, reference_number, _READ).as_json()


@blueprint.delete("/tokens/<reference_number>")
def revoke(reference_number: str) -> tuple[str, int]:
    """Revoke a token: the caller's own, or any of the context with CredentialsManage."""
    session = require_access_token()
    state = current_state()
    with state.lock:
        found = _allowed_token(state, session, reference_number, _MANAGE)
        if found.revoked_at is None:
            found.revoked_at = clock.now()
    return "", 204


class _TokenFilter:
    """The query parameters of `GET /tokens`."""

    def __init__(self) -> None:
        self._statuses = set(_listed("status", tuple(KsefTokenStatus), "Failed"))
        self._description = _long_enough("description")
        self._author = _long_enough("authorIdentifier")
        self._author_types = set(_listed("authorIdentifierType", _AUTHOR_TYPES))

    def matches(self, token: KsefToken) -> bool:
        """Whether a token passes all filters that were given."""
        return (
            (not self._statuses or token.status.value in self._statuses)
            and self._description in token.description.casefold()
            and self._author in token.author.value.casefold()
            and (not self._author_types or token.author.type in self._author_types)
        )


def _listed(name: str, known: tuple[str, ...], *also: str) -> list[str]:
    given = request.args.getlist(name)
    if not set(given) <= {*known, *also}:
        raise InvalidInput(f"{name}: dozwolone są wartości {', '.join([*known, *also])}.")
    return given


def _long_enough(name: str) -> str:
    given = request.args.get(name)
    if given is not None and len(given) < _SHORTEST_FILTER:
        raise InvalidInput(f"{name}: należy podać co najmniej {_SHORTEST_FILTER} znaki.")
    return (given or "").casefold()


def _check_context(session: Session) -> None:
    if session.context.type not in CONTEXT_TYPES:
        raise BadRequest(
            26002,
            "Nie można wygenerować tokena dla obecnego typu kontekstu.",
            f"Obecny typ kontekstu: {session.context.type.value}. "
            f"Dozwolone: {', '.join(kind.value for kind in CONTEXT_TYPES)}.",
        )


def _allowed_token(
    state: SimulatorState, session: Session, reference_number: str, rights: frozenset[str]
) -> KsefToken:
    """The token, if the caller owns it or has one of `rights` in its context; else 400 or 403."""
    found = state.ksef_tokens.find(reference_number)
    if found is None or found.context != session.context:
        raise InvalidInput(
            f"Token o numerze referencyjnym {reference_number} nie został znaleziony."
        )
    if not (session.permissions & rights or _is_own(found, session, state)):
        raise Forbidden(
            "missing-permissions",
            "Brak wymaganych uprawnień do wykonania operacji w bieżącym kontekście.",
            requiredAnyOfPermissions=sorted(rights),
            presentPermissions=sorted(session.permissions),
        )
    return found


def _is_own(token: KsefToken, session: Session, state: SimulatorState) -> bool:
    """A login by token owns that token alone; one by signature all that the person generated."""
    if session.method == "token":
        return token.reference_number == session.token_reference
    return token.author in state.rights.related_to(session.subject)
