"""What EspoCRM asks about logins that are signed elsewhere, by a qualified signature or seal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from flask import current_app
from flask_openapi3.blueprint import APIBlueprint

from bridge.api.authentication import SECURITY, requires
from bridge.api.json_request import JsonRequest
from bridge.api.problems import PROBLEM_RESPONSES, message_of
from bridge.api.restrictions import admit_environments
from bridge.api.schemas import FindingBody, ProfilePath
from bridge.api.signing_request_schemas import (
    SignedFile,
    SigningRequestAnswer,
    SigningRequestBody,
    SigningRequestPath,
)
from bridge.keys.api_keys import Scope
from bridge.signing_requests.requests import SigningRequests
from bridge.signing_requests.state import SigningRequest

blueprint = APIBlueprint(
    "signing-requests", __name__, url_prefix="/v1/profiles", abp_responses=PROBLEM_RESPONSES
)
_ALL = "/<profile_id>/signing-requests"
_ONE = f"{_ALL}/<signing_request_id>"


@blueprint.post(_ALL, responses={201: SigningRequestAnswer}, security=SECURITY)
@requires(Scope.ADMINISTER)
def open_signing_request(path: ProfilePath, body: SigningRequestBody) -> tuple[dict[str, Any], int]:
    """A login document to be signed elsewhere within ten minutes, in place of any before."""
    opened = _signing_requests().open(path.profile_id, body.wish())
    return _answer(opened), HTTPStatus.CREATED


@blueprint.put(_ONE, responses={200: SigningRequestAnswer}, security=SECURITY)
@requires(Scope.ADMINISTER)
def sign_request(path: SigningRequestPath, raw: SignedFile) -> dict[str, Any]:
    """The signed document: XAdES, enveloped or enveloping. It reaches KSeF byte for byte."""
    signing_requests = _signing_requests(path.signing_request_id)
    content = cast("JsonRequest", raw).xml_file()
    return _answer(signing_requests.sign(path.profile_id, path.signing_request_id, content))


@blueprint.get(_ONE, responses={200: SigningRequestAnswer}, security=SECURITY)
@requires(Scope.ADMINISTER)
def signing_request(path: SigningRequestPath) -> dict[str, Any]:
    """How a request stands."""
    signing_requests = _signing_requests(path.signing_request_id)
    return _answer(signing_requests.get(path.profile_id, path.signing_request_id))


@blueprint.delete(_ONE, responses={204: None}, security=SECURITY)
@requires(Scope.ADMINISTER)
def end_signing_request(path: SigningRequestPath) -> tuple[str, int]:
    """Revoke the session, if there is one; the request ends."""
    _signing_requests(path.signing_request_id).end(path.profile_id, path.signing_request_id)
    return "", HTTPStatus.NO_CONTENT


def _answer(stands: SigningRequest) -> dict[str, Any]:
    found = stands.problem
    problem = None
    if found is not None:
        problem = FindingBody.of(found, message_of(found.code, found.params))
    return SigningRequestAnswer.of(stands, problem).model_dump(mode="json", by_alias=True)


def _signing_requests(request_id: str | None = None) -> SigningRequests:
    signing_requests: SigningRequests = current_app.extensions["ksef-signing-requests"]
    if request_id is not None:
        admit_environments(signing_requests.environments(request_id))
    return signing_requests
