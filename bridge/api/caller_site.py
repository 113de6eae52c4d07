"""From which EspoCRM a call comes: a bridge that knows its home leaves others' Production alone."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from bridge.api.authentication import with_each_guarded
from bridge.state.home import note_caller

HEADER = "X-EspoCRM-Site"
_COMPONENT = "EspoCrmSite"
_DESCRIPTION = (
    "EspoCRM's address (its setting `siteUrl`), with everything but visible ASCII percent-encoded. "
    "Where it is not that of the EspoCRM to which the bridge belongs (`ksef-bridge home show`), "
    "nothing of Production is done, no certificate is requested and nothing revoked: 409 "
    "`bridge-of-another-home`. Without it the bridge goes by EspoCRM's database alone."
)


def register_caller_site(app: Flask) -> None:
    """Have every request worked on in the name of the EspoCRM that it names."""

    @app.before_request
    def note() -> None:
        note_caller(request.headers.get(HEADER))


def naming_header(description: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description with the header at every call that needs a key."""
    parameter = {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": _DESCRIPTION,
        "schema": {"type": "string", "examples": ["https://crm.example.com"]},
    }
    components = description["components"]
    named = {**components.get("parameters", {}), _COMPONENT: parameter}
    return {
        **description,
        "components": {**components, "parameters": named},
        "paths": with_each_guarded(description["paths"], _with_header),
    }


def _with_header(operation: dict[str, Any]) -> dict[str, Any]:
    reference = {"$ref": f"#/components/parameters/{_COMPONENT}"}
    return {**operation, "parameters": [*operation.get("parameters", []), reference]}
