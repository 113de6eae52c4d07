"""What the bridge says of itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, current_app
from flask_openapi3.blueprint import APIBlueprint

from bridge import __version__
from bridge.api.authentication import SECURITY, any_key, anybody
from bridge.api.problems import PROBLEM_RESPONSES
from bridge.api.schemas import Health, Info, Readiness
from bridge.espocrm.errors import EspoCrmUnreachable
from bridge.espocrm.profiles import Profiles
from bridge.metrics import CONTENT_TYPE, Metrics
from bridge.sessions.store import SessionStore
from bridge.settings import Settings
from bridge.state.errors import TryLater

CONTRACT = 1

blueprint = APIBlueprint("service", __name__, abp_responses=PROBLEM_RESPONSES)


@blueprint.get("/healthz", responses={200: Health})
@anybody
def healthz() -> dict[str, Any]:
    """The process is alive."""
    return Health(status="ok").model_dump()


@blueprint.get("/readyz", responses={200: Readiness, 503: Readiness}, security=SECURITY)
@any_key
def readyz() -> tuple[dict[str, Any], int]:
    """Each dependency by name; 503 when one is missing. KSeF is none: it may be away for hours."""
    dependencies = {"espocrmDatabase": "ok", "stateDatabase": "ok"}
    profiles: Profiles = current_app.extensions["ksef-profiles"]
    store: SessionStore = current_app.extensions["ksef-session-store"]
    try:
        profiles.check()
    except EspoCrmUnreachable:
        dependencies["espocrmDatabase"] = "unreachable"
    try:
        store.check()
    except TryLater:
        dependencies["stateDatabase"] = "unreachable"
    ready = all(state == "ok" for state in dependencies.values())
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return Readiness(ready=ready, dependencies=dependencies).model_dump(), status


@blueprint.get("/metrics", responses={200: None}, security=SECURITY)
@any_key
def metrics() -> Response:
    """Prometheus' text format, summed over the workers of this bridge."""
    counted: Metrics = current_app.extensions["ksef-metrics"]
    return Response(counted.exposition(), content_type=CONTENT_TYPE)


@blueprint.get("/v1/info", responses={200: Info}, security=SECURITY)
@any_key
def info() -> dict[str, Any]:
    """The bridge's version, that of this contract, and what the law says of tokens."""
    settings: Settings = current_app.extensions["ksef-settings"]
    validity = settings.token_validity
    return Info(
        version=__version__,
        contract=CONTRACT,
        tokens_valid_until=validity.lawful_until,
        tokens_announced_until=validity.announced_until,
        tokens_announced_on=validity.announced_on,
        documentation_url=settings.documentation.url,
    ).model_dump(mode="json", by_alias=True)
