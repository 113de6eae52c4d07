"""Renewing seals after a change of the master key."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_openapi3.blueprint import APIBlueprint

from bridge.api.authentication import SECURITY, requires
from bridge.api.problems import PROBLEM_RESPONSES
from bridge.api.schemas import SealRenewalAnswer, SealRenewalRequest
from bridge.keys.api_keys import Scope
from bridge.vault import Vault

blueprint = APIBlueprint("seals", __name__, url_prefix="/v1/seals", abp_responses=PROBLEM_RESPONSES)


@blueprint.post("/renew", responses={200: SealRenewalAnswer}, security=SECURITY)
@requires(Scope.ADMINISTER)
def renew(body: SealRenewalRequest) -> dict[str, Any]:
    """The same secret, purpose and binding under the primary key."""
    vault: Vault = current_app.extensions["ksef-vault"]
    renewal = vault.renew(body.sealed)
    return SealRenewalAnswer(
        sealed=renewal.sealed, key_id=renewal.key_id, changed=renewal.changed
    ).model_dump(by_alias=True)
