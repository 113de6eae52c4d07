"""Whom the list names, and what it says of them.

Every NIP that can exist is an invented company's, unless the simulator is told otherwise. Source:
`Entity` of the list's OpenAPI file 1.6.0.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from bridge.simulator.request_body import Body

_REGON_WEIGHTS = (8, 9, 2, 3, 4, 5, 6, 7)


class VatPayers:
    """Who is told to be in the list or not, and how often each address has asked on which day."""

    def __init__(self) -> None:
        self.described: dict[str, PlayedCompany] = {}
        self.queries: Counter[tuple[str, date]] = Counter()

    def subject(self, nip: str) -> dict[str, Any] | None:
        """The list's `Entity`, None when it has none."""
        told = self.described.get(nip)
        if told is not None and not told.listed:
            return None
        given = {} if told is None else told.model_dump(by_alias=True, exclude_unset=True)
        given.pop("listed", None)
        return {**_invented(nip), **given}


class PlayedCompany(Body):
    """What the list says of a company from now on; members left out stay invented."""

    listed: bool = True
    name: str = ""
    status_vat: str | None = None
    regon: str | None = None
    krs: str | None = None
    residence_address: str | None = None
    working_address: str | None = None


def _invented(nip: str) -> dict[str, Any]:
    first = nip[:8]
    check = sum(int(digit) * weight for digit, weight in zip(first, _REGON_WEIGHTS, strict=True))
    return {
        "name": f"Firma {nip} sp. z o.o.",
        "nip": nip,
        "statusVat": "Czynny",
        "regon": f"{first}{check % 11 % 10}",
        "pesel": None,
        "krs": f"000{nip[:7]}",
        "residenceAddress": None,
        "workingAddress": f"PRZYKŁADOWA {int(nip[-3:])}, 00-001 WARSZAWA",
        "representatives": [],
        "authorizedClerks": [],
        "partners": [],
        "registrationLegalDate": "2020-01-02",
        "registrationDenialBasis": None,
        "registrationDenialDate": None,
        "restorationBasis": None,
        "restorationDate": None,
        "removalBasis": None,
        "removalDate": None,
        "accountNumbers": [],
        "hasVirtualAccounts": False,
    }
