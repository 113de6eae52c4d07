"""What an administrator does about a certificate that is not Active, by its status in EspoCRM."""

from __future__ import annotations

from enum import StrEnum


class Remedy(StrEnum):
    """The values of the placeholder `remedy` in messages."""

    ACTIVATE = "Activate"
    WAIT = "Wait"
    REPLACE = "Replace"


_REMEDIES = {"Inactive": Remedy.ACTIVATE, "Requested": Remedy.WAIT}


def not_active(status: str | None) -> dict[str, str]:
    """The parameters of a message that refuses a certificate for its status."""
    known = status or "-"
    return {"status": known, "remedy": _REMEDIES.get(known, Remedy.REPLACE).value}
