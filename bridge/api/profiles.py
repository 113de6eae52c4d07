"""Access tokens for the profiles of EspoCRM."""

from __future__ import annotations

from flask import Response, current_app
from flask_openapi3.blueprint import APIBlueprint

from bridge.api.authentication import SECURITY, requires
from bridge.api.problems import PROBLEM_RESPONSES
from bridge.api.schemas import AccessTokenAnswer, AccessTokenRequest, ProfilePath
from bridge.keys.api_keys import Scope
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
        headers={"Cache-Control": "no-store"},
    )
