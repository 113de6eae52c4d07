"""Whether a login can do what this CRM needs at KSeF, and how much more than that.

Exchanging invoices needs two rights. Nothing else that is called here needs one: requesting,
listing and revoking certificates, the sessions of a login, its own rights and its own token are
open to whoever is logged in (OpenAPI, `x-required-permissions`; API 2.4.0 for the token).
"""

from __future__ import annotations

from bridge.ksef.contract import PersonalGrants
from bridge.ksef.refusals import on_one_line
from bridge.sessions.connection_report import Finding, StepCode
from bridge.sessions.credential_state import AskedToken

NEEDED_PERMISSIONS = ("InvoiceRead", "InvoiceWrite")


def held_permissions(grants: PersonalGrants, token: AskedToken | None) -> frozenset[str]:
    """The rights that a login can use, with the KSeF token if it was made by one. Raises KsefError.

    A KSeF token carries rights of its own, fixed when it was made (tokeny-ksef.md). Whether KSeF
    lists those or all of its author's is not documented: the token itself is asked.
    """
    held = grants.active_scopes
    if token is not None:
        held &= frozenset(token.state.requested_permissions)
    return held


def judge_permissions(finding: Finding, held: frozenset[str], *, is_of_owner: bool) -> None:
    """Warn of rights that are missing, and of those that are more than this CRM needs.

    An owner's certificate (`is_of_owner`) carries all of them, and KSeF does not narrow it
    (CIRFMF/ksef-api, issues 151 and 838).
    """
    missing = [name for name in NEEDED_PERMISSIONS if name not in held]
    unneeded = sorted(held.difference(NEEDED_PERMISSIONS))
    params: dict[str, str | int] = {}
    if missing:
        params["missing"] = ", ".join(missing)
    if unneeded:
        params["unneeded"] = on_one_line(", ".join(unneeded))
    match bool(missing), bool(unneeded):
        case True, True:
            finding.warn(StepCode.PERMISSIONS_MISSING_AND_UNNEEDED, params)
        case True, False:
            finding.warn(StepCode.PERMISSIONS_MISSING, params)
        case False, True:
            code = StepCode.PERMISSIONS_OF_OWNER if is_of_owner else StepCode.PERMISSIONS_UNNEEDED
            finding.warn(code, params)
