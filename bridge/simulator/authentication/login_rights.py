"""What the rights of a subject in a context mean for its login."""

from __future__ import annotations

from bridge.credentials.context import ContextIdentifier
from bridge.simulator.authentication import statuses
from bridge.simulator.authentication.statuses import Status
from bridge.simulator.identity import SubjectIdentifier
from bridge.simulator.permissions.rights import Rights


def status_of_rights(
    subject: SubjectIdentifier, context: ContextIdentifier, rights: Rights
) -> Status:
    """480 in a blocked context, 470 for a deceased subject, 415 without any right, else 200."""
    if rights.is_blocked(context):
        return statuses.BLOCKED
    if rights.is_deceased(subject):
        return statuses.DECEASED
    if not rights.permissions_of(subject, context):
        return statuses.NO_PERMISSIONS
    return statuses.SUCCESS
