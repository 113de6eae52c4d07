"""What the bridge says of itself."""

from __future__ import annotations

from typing import Any

from flask_openapi3.blueprint import APIBlueprint

from bridge import __version__
from bridge.api.authentication import SECURITY, any_key, anybody
from bridge.api.problems import PROBLEM_RESPONSES
from bridge.api.schemas import Health, Info

CONTRACT = 1

blueprint = APIBlueprint("service", __name__, abp_responses=PROBLEM_RESPONSES)


@blueprint.get("/healthz", responses={200: Health})
@anybody
def healthz() -> dict[str, Any]:
    """The process is alive."""
    return Health(status="ok").model_dump()


@blueprint.get("/v1/info", responses={200: Info}, security=SECURITY)
@any_key
def info() -> dict[str, Any]:
    """The bridge's version and that of this contract."""
    return Info(version=__version__, contract=CONTRACT).model_dump()
