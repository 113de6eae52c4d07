"""What EspoCRM asks for a profile: an access token, a connection test, its sessions at KSeF."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, current_app
from flask_openapi3.blueprint import APIBlueprint

from bridge.api.authentication import SECURITY, requires
from bridge.api.problems import PROBLEM_RESPONSES, message_of
from bridge.api.restrictions import admit_environments
from bridge.api.schemas import (
    AccessTokenAnswer,
    AccessTokenRequest,
    ConnectionTestAnswer,
    ConnectionTestRequest,
    OpenSessionBody,
    ProfilePath,
    RevokedSessionsAnswer,
    SessionPath,
    SessionsAnswer,
    StepBody,
)
from bridge.keys.api_keys import Scope
from bridge.sessions.connection_test import ConnectionTests
from bridge.sessions.open_sessions import OpenSessions
from bridge.sessions.sessions import Sessions

blueprint = APIBlueprint(
    "profiles", __name__, url_prefix="/v1/profiles", abp_responses=PROBLEM_RESPONSES
)


@blueprint.post("/<profile_id>/access-token", responses={200: AccessTokenAnswer}, security=SECURITY)
@requires(Scope.TOKEN)
def access_token(path: ProfilePath, body: AccessTokenRequest) -> Response:
    """A KSeF access token that is valid for a minute at least."""
    sessions: Sessions = current_app.extensions["ksef-sessions"]
    token = sessions.access_token(path.profile_id, force_refresh=body.force_refresh)
    answer = AccessTokenAnswer(
        access_token=token.token.reveal_text(),
        valid_until=token.valid_until,
        authentication_method=token.authentication_method,
        session_reference=token.session_reference,
    )
    return Response(
        answer.model_dump_json(by_alias=True),
        content_type="application/json",
    )


@blueprint.post(
    "/<profile_id>/connection-test", responses={200: ConnectionTestAnswer}, security=SECURITY
)
@requires(Scope.ADMINISTER)
def connection_test(path: ProfilePath, body: ConnectionTestRequest) -> dict[str, Any]:
    """Log in for a test and say step by step what was found; 200 also when a step failed."""
    tests: ConnectionTests = current_app.extensions["ksef-connection-tests"]
    outcome = tests.run(path.profile_id, body.authorization_certificate_id)
    return ConnectionTestAnswer(
        ok=outcome.ok,
        steps=[
            StepBody.of(step, message_of(step.code, step.params) if step.code else None)
            for step in outcome.steps
        ],
        permissions=list(outcome.permissions),
    ).model_dump(mode="json", by_alias=True)


@blueprint.get("/<profile_id>/sessions", responses={200: SessionsAnswer}, security=SECURITY)
@requires(Scope.ADMINISTER)
def sessions(path: ProfilePath) -> dict[str, Any]:
    """The sessions at KSeF of the profile's subject in its context, the latest first."""
    listed = _open_sessions(path.profile_id).listed(path.profile_id)
    return SessionsAnswer(sessions=[OpenSessionBody.of(each) for each in listed]).model_dump(
        mode="json", by_alias=True
    )


@blueprint.delete("/<profile_id>/sessions/<reference>", responses={204: None}, security=SECURITY)
@requires(Scope.ADMINISTER)
def revoke_session(path: SessionPath) -> tuple[str, int]:
    """End one session; its access tokens live on to their end, at most 15 minutes."""
    _open_sessions(path.profile_id).revoke(path.profile_id, path.reference)
    return "", HTTPStatus.NO_CONTENT


@blueprint.delete(
    "/<profile_id>/sessions", responses={200: RevokedSessionsAnswer}, security=SECURITY
)
@requires(Scope.ADMINISTER)
def revoke_our_sessions(path: ProfilePath) -> dict[str, Any]:
    """End all sessions that the bridge holds for the profile, be it inactive or deleted."""
    revoked = _open_sessions(path.profile_id).revoke_ours(path.profile_id)
    return RevokedSessionsAnswer(revoked=revoked).model_dump(by_alias=True)


def _open_sessions(profile_id: str) -> OpenSessions:
    open_sessions: OpenSessions = current_app.extensions["ksef-open-sessions"]
    admit_environments(open_sessions.environments(profile_id))
    return open_sessions
