"""The simulator as a WSGI application."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from pydantic.alias_generators import to_camel

from bridge.simulator import control
from bridge.simulator.access import EXTENSION, bearer_claims, client_ip, current_state
from bridge.simulator.authentication import (
    login,
    public_key_certificates,
    sessions,
    status_and_tokens,
)
from bridge.simulator.certificates import direct_issue, enrolment
from bridge.simulator.errors import Unauthorized, register_error_handlers
from bridge.simulator.permissions import personal_grants, test_data
from bridge.simulator.rate_limits import Caller
from bridge.simulator.state import SimulatorState
from bridge.simulator.tokens import management
from bridge.simulator.xades.schemas import Schemas, schema_folder

API = "/v2"
CONTROL = "/_simulator"

_LARGEST_BODY = 5 * 1024 * 1024
_BLUEPRINTS = (
    login.blueprint,
    status_and_tokens.blueprint,
    sessions.blueprint,
    management.blueprint,
    public_key_certificates.blueprint,
    enrolment.blueprint,
    personal_grants.blueprint,
    test_data.blueprint,
)

_access_log = logging.getLogger("bridge.simulator.access")


def create_app(state: SimulatorState | None = None) -> Flask:
    """A simulator with the given state, or a fresh one.

    KSeF's schemas are applied where `KSEF_SIMULATOR_XSD_FOLDER` or `../shared/ksef` has them.
    """
    app = Flask("ksef-simulator", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = state or SimulatorState()
    app.extensions[login.SCHEMAS_EXTENSION] = Schemas(schema_folder())
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=API)
    app.register_blueprint(control.blueprint, url_prefix=CONTROL)
    app.register_blueprint(direct_issue.blueprint, url_prefix=CONTROL)
    register_error_handlers(app)
    app.before_request(_count)
    app.after_request(_echo_warning)
    app.after_request(_log)
    return app


def _count() -> None:
    """Count the call, and refuse it over a limit."""
    rule = request.url_rule
    if rule is None or not rule.rule.startswith(API):
        return
    path = rule.rule.removeprefix(API).replace("<", "{").replace(">", "}")
    for name in rule.arguments:
        path = path.replace(f"{{{name}}}", f"{{{to_camel(name)}}}")
    endpoint = f"{request.method} {path}"
    state = current_state()
    with state.lock:
        state.calls[endpoint] += 1
        state.rate_limits.count(endpoint, _caller(state))


def _caller(state: SimulatorState) -> Caller:
    try:
        claims = bearer_claims()
    except Unauthorized:
        claims = None
    operation = state.operations.find(claims.reference_number) if claims else None
    return Caller(client_ip(), operation.context if operation else None)


def _echo_warning(response: Response) -> Response:
    """Since 2.6.0 a client may ask the Test environment for a warning."""
    warning = request.headers.get("X-Test-System-Warning")
    if warning and response.status_code // 100 == 2:
        response.headers["X-System-Warning"] = warning
    return response


def _log(response: Response) -> Response:
    _access_log.info("%s %s %d", request.method, request.path, response.status_code)
    return response
