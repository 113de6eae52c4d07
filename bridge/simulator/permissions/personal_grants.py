"""What the caller may do in its context: `/permissions/query/personal/grants`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Blueprint, request
from pydantic import Field

from bridge.simulator import clock
from bridge.simulator.access import current_state, require_access_token
from bridge.simulator.offset_paging import page_by_number
from bridge.simulator.permissions.rights import Grant
from bridge.simulator.request_body import Body, read_body

blueprint = Blueprint("permissions", __name__)

MOST_ON_A_PAGE = 100

PermissionType = Literal[
    "CredentialsManage",
    "CredentialsRead",
    "InvoiceWrite",
    "InvoiceRead",
    "Introspection",
    "SubunitManage",
    "EnforcementOperations",
    "VatUeManage",
]


class ContextFilter(Body):
    """KSeF's `PersonalPermissionsContextIdentifier`."""

    type: Literal["Nip", "InternalId"]
    value: Annotated[str, Field(min_length=10, max_length=16)]


class TargetFilter(Body):
    """KSeF's `PersonalPermissionsTargetIdentifier`."""

    type: Literal["Nip", "AllPartners", "InternalId"]
    value: Annotated[str, Field(min_length=10, max_length=16)] | None = None


class QueryPersonalPermissions(Body):
    """KSeF's `PersonalPermissionsQueryRequest`; what is absent does not filter."""

    context_identifier: ContextFilter | None = None
    target_identifier: TargetFilter | None = None
    permission_types: list[PermissionType] | None = None
    permission_state: Literal["Active", "Inactive"] | None = None

    def matches(self, grant: Grant) -> bool:
        """Whether a grant is asked for. All here are active, and none is an indirect one."""
        context = self.context_identifier
        return (
            (context is None or (context.type, context.value) == ("Nip", grant.context_nip))
            and self.target_identifier is None
            and (not self.permission_types or grant.permission in self.permission_types)
            and self.permission_state != "Inactive"
        )


@blueprint.post("/permissions/query/personal/grants")
def personal_grants() -> dict[str, Any]:
    """What was granted to the caller in its context, and since 2.9.0 what it has as owner.

    A login by KSeF token sees what the token may do of it.
    """
    session = require_access_token()
    wanted = (
        read_body(QueryPersonalPermissions) if request.get_data() else QueryPersonalPermissions()
    )
    state = current_state()
    with state.lock:
        owned = state.rights.owner_permissions_of(session.subject, session.context)
        grants = [
            grant
            for grant in state.rights.grants_of(session.subject, session.context)
            if grant.permission in session.permissions and wanted.matches(grant)
        ]
    grants.sort(key=lambda grant: grant.id)
    grants.sort(key=lambda grant: grant.start_date, reverse=True)
    page, more = page_by_number(grants, most=MOST_ON_A_PAGE)
    return {
        "permissions": [_as_json(grant) for grant in page],
        "ownerPermissions": sorted(owned & session.permissions),
        "hasMore": more,
    }


def _as_json(grant: Grant) -> dict[str, Any]:
    return {
        "id": grant.id,
        "contextIdentifier": {"type": "Nip", "value": grant.context_nip},
        "permissionScope": grant.permission,
        "description": grant.description,
        "permissionState": "Active",
        "startDate": clock.timestamp(grant.start_date),
        "canDelegate": False,
    }
