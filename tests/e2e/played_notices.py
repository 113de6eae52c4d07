"""What administrators were told while years were played, sorted by what it says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from tests.e2e.espocrm import EspoCrm

ROWS = """
    SELECT user.user_name AS user, notification.related_id, notification.message
    FROM notification JOIN user ON user.id = notification.user_id
    WHERE notification.type = 'Message' AND notification.deleted = 0
    AND notification.related_type LIKE 'Ksef%' AND notification.number > :after
    ORDER BY notification.number
"""
_DAYS = re.compile(r"(?:Days left|Pozostało dni): (\d+)\.")
_TOKENS = re.compile(r"KSeF tokens can be used|okenami KSeF można")
_RENEWED = re.compile(r"is renewed: |został odnowiony: ")
_PROFILE = re.compile(r"#KsefProfile/view/(\w+)")


@dataclass(frozen=True, order=True)
class Notice:
    """One thing that somebody was told: `about` a certificate's or a profile's id."""

    what: str
    about: str
    days: int = -1
    """How many were left; -1 where no end is spoken of."""


class Notices:
    """All that were given since this was made."""

    def __init__(self, espocrm: EspoCrm) -> None:
        self._espocrm = espocrm
        last = espocrm.rows("SELECT COALESCE(MAX(number), 0) AS last FROM notification")
        self._after = int(last[0]["last"])

    def rows(self) -> list[tuple[str, str, str]]:
        """Who, about what, and the text."""
        found = self._espocrm.rows(ROWS, after=self._after)
        return [(row["user"], row["related_id"], row["message"]) for row in found]

    def by_user(self) -> dict[str, Counter[Notice]]:
        """How often each was told what; a notice of tokens counts for every profile in it."""
        told: dict[str, Counter[Notice]] = {}
        for user, about, message in self.rows():
            told.setdefault(user, Counter()).update(_notices(about, message))
        return told


def _notices(about: str, message: str) -> list[Notice]:
    days = _DAYS.search(message)
    if days and _TOKENS.search(message):
        return [Notice("tokens end", each, int(days[1])) for each in _PROFILE.findall(message)]
    if days:
        return [Notice("certificate ends", about, int(days[1]))]
    if _RENEWED.search(message):
        return [Notice("renewed", about)]
    return [Notice(message, about)]
