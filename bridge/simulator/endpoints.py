"""The calls of the API by the names that the OpenAPI file gives them."""

from __future__ import annotations

from flask import Flask
from pydantic.alias_generators import to_camel
from werkzeug.routing import Rule

API = "/v2"
_ADDED_BY_FLASK = {"HEAD", "OPTIONS"}


def endpoint(method: str, rule: Rule) -> str:
    """`"METHOD /path"` without `/v2`, such as `GET /auth/{referenceNumber}`."""
    path = rule.rule.removeprefix(API).replace("<", "{").replace(">", "}")
    for name in rule.arguments:
        path = path.replace(f"{{{name}}}", f"{{{to_camel(name)}}}")
    return f"{method} {path}"


def endpoints(app: Flask) -> frozenset[str]:
    """All calls of the API that the simulator answers."""
    return frozenset(
        endpoint(method, rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{API}/")
        for method in (rule.methods or set()) - _ADDED_BY_FLASK
    )
