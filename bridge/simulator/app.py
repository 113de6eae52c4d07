"""The simulator as a WSGI application."""

from __future__ import annotations

import logging

from flask import Flask, Response, request

from bridge.simulator import broken_calls, control
from bridge.simulator.access import EXTENSION, bearer_claims, client_ip, current_state
from bridge.simulator.authentication import (
    login,
    public_key_certificates,
    sessions,
    status_and_tokens,
)
from bridge.simulator.certificates import control as certificate_control
from bridge.simulator.certificates import direct_issue, enrolment
from bridge.simulator.endpoints import API, endpoint
from bridge.simulator.errors import Unauthorized, register_error_handlers
from bridge.simulator.latarnia import endpoints as latarnia
from bridge.simulator.permissions import personal_grants, test_data
from bridge.simulator.rate_limits import Caller
from bridge.simulator.state import SimulatorState
from bridge.simulator.tokens import management
from bridge.simulator.trust_services import endpoints as trust_services
from bridge.simulator.vat_payers import search as vat_payers
from bridge.simulator.verification import pages
from bridge.simulator.xades.schemas import Schemas, schema_folder

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
    app.register_blueprint(certificate_control.blueprint, url_prefix=CONTROL)
    app.register_blueprint(direct_issue.blueprint, url_prefix=CONTROL)
    app.register_blueprint(trust_services.blueprint, url_prefix=CONTROL)
    app.register_blueprint(vat_payers.control, url_prefix=CONTROL)
    app.register_blueprint(vat_payers.blueprint)
    app.register_blueprint(latarnia.control, url_prefix=CONTROL)
    app.register_blueprint(latarnia.blueprint, url_prefix=latarnia.LATARNIA)
    app.register_blueprint(pages.blueprint)
    register_error_handlers(app)
    app.before_request(_receive)
    # What comes last here is done first.
    app.after_request(broken_calls.after_processing)
    app.after_request(_echo_warning)
    app.after_request(_log)
    return app


def _receive() -> Response | None:
    """Count the call, refuse it over a limit, and let it meet with the present misbehaviour.

    A call counts towards its limit when it arrives, whatever becomes of it then, so that calls
    that are held up and let go together are within it; while KSeF is away, no call arrives.
    """
    if not request.path.startswith(f"{API}/"):
        return None
    state = current_state()
    broken_calls.change_keys_when_due(state)
    known = request.url_rule is not None
    call = _call()
    with state.lock:
        chaos = state.chaos
        if known:
            state.calls[call] += 1
        if known and not chaos.wish.away:
            state.rate_limits.count(call, _caller(state))
        rule = chaos.rule_for(call)
    return None if rule is None else broken_calls.before_processing(call, chaos, rule)


def _call() -> str:
    """The call by its name in the OpenAPI file, or as it came when that has no such call."""
    if request.url_rule is None:
        return f"{request.method} {request.path.removeprefix(API)}"
    return endpoint(request.method, request.url_rule)


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
