"""Who may call what: `Authorization: Bearer <api key>`, its rate, the scope each view asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, g, request

from bridge.api.call_rates import CallRates
from bridge.api.problems import Problem
from bridge.keys.api_keys import ApiKey, ApiKeys, Scope

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "admitted_by"
_ANYBODY = "anybody"
_ANY_KEY = "any key"
SECURITY: list[dict[str, list[Any]]] = [{"apiKey": []}]
_REFUSALS = {
    "401": (
        "The API key is missing or unknown.",
        {"WWW-Authenticate": {"schema": {"type": "string"}}},
    ),
    "403": ("The API key lacks the scope, or is bound to other environments or profiles.", {}),
    "429": (
        "The API key has made as many calls as it may.",
        {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
    ),
}


def anybody(view: View) -> View:
    """Mark a view that needs no key."""
    setattr(view, _ATTRIBUTE, _ANYBODY)
    return view


def any_key(view: View) -> View:
    """Mark a view that every valid key may call."""
    setattr(view, _ATTRIBUTE, _ANY_KEY)
    return view


def requires(scope: Scope) -> Callable[[View], View]:
    """Mark a view that asks for a key with `scope`."""

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, scope)
        return view

    return mark


def register_authentication(app: Flask, keys: ApiKeys, rates: CallRates) -> None:
    """Check every request before its body is looked at. A view that is not marked is a defect."""
    unmarked = [name for name, view in app.view_functions.items() if not hasattr(view, _ATTRIBUTE)]
    if unmarked:
        raise RuntimeError(f"views without an admission rule: {', '.join(unmarked)}")

    @app.before_request
    def admit() -> None:
        rule = _rule()
        if rule == _ANYBODY:
            return
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        key = keys.find(text.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise Problem(401, "api-key-unknown", headers={"WWW-Authenticate": "Bearer"})
        _count(key, rates)
        if isinstance(rule, Scope) and rule not in key.scopes:
            raise Problem(403, "api-key-scope-missing", {"scope": rule.value})
        # Whoever uses a credential stands in every line that the log has about it.
        structlog.contextvars.bind_contextvars(caller=key.name, api_key=key.id)
        g.api_key = key


def _count(key: ApiKey, rates: CallRates) -> None:
    calls_per_minute = key.restrictions.calls_per_minute
    if calls_per_minute is None:
        return
    seconds = rates.seconds_until_next(key.id, calls_per_minute)
    if seconds:
        params = {"count": calls_per_minute, "seconds": seconds}
        headers = {"Retry-After": str(seconds)}
        raise Problem(429, "api-key-rate-exceeded", params, headers=headers)


def naming_refusals(description: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description with these answers at every call that needs a key."""
    return {**description, "paths": with_each_guarded(description["paths"], _with_refusals)}


def with_each_guarded(
    paths: Mapping[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """The paths of an OpenAPI description with `change` made to every call that needs a key."""
    return {
        path: {
            method: change(operation) if "security" in operation else operation
            for method, operation in item.items()
        }
        for path, item in paths.items()
    }


def _with_refusals(operation: dict[str, Any]) -> dict[str, Any]:
    answers = operation["responses"]
    refusals = {
        status: {**answers["default"], "description": meaning, "headers": headers}
        for status, (meaning, headers) in _REFUSALS.items()
    }
    return {**operation, "responses": {**answers, **refusals}}


def _rule() -> str | Scope:
    if request.endpoint is None:
        return _ANYBODY
    # A view without a rule fails here rather than being open to all.
    rule: str | Scope = getattr(current_app.view_functions[request.endpoint], _ATTRIBUTE)
    return rule
