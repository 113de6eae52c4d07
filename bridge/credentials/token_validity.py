"""Until when KSeF tokens may be used: what the law says, and what was announced.

Neither stops anything: KSeF's own answer decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bridge.credentials.codes import TokenCode
from bridge.credentials.findings import TOKEN, Finding, Severity


@dataclass(frozen=True, slots=True)
class TokenValidity:
    """Days of the Polish calendar, each the last one.

    `lawful_until` is that of the regulation (§ 13, Dz.U. 2025 poz. 1815); until `announced_until`
    tokens issued in the lawful time stay usable, as KSeF's API team said on `announced_on`
    (ksef-api issue 834).
    """

    lawful_until: date
    announced_until: date
    announced_on: date

    def finding(self, today: date) -> Finding:
        """A warning as long as the lawful end lies ahead; afterwards no more than a word."""
        params: dict[str, str | int] = {
            "date": self.lawful_until.isoformat(),
            "announced": self.announced_until.isoformat(),
            "announcedOn": self.announced_on.isoformat(),
        }
        days = (self.lawful_until - today).days
        if days < 0:
            return Finding(TokenCode.VALIDITY_ENDED, Severity.INFO, TOKEN, params)
        params["days"] = days
        return Finding(TokenCode.VALIDITY_ENDS, Severity.WARNING, TOKEN, params)
