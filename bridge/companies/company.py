"""A company as the list of VAT payers describes it, out of an answer that anybody may have written.

Source: the list's OpenAPI file, version 1.6.0 (`EntityResponse`, `Entity`), which the Ministry
publishes with its page "API Wykazu podatników VAT".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bridge.ksef.json_object import ContractBroken, JsonObject

LONGEST_NAME = 255
"""As many characters as EspoCRM stores."""

LONGEST_ADDRESS = 1000
_REGON = re.compile(r"\d{9}|\d{14}", re.ASCII)
_KRS_NUMBER = re.compile(r"\d{10}", re.ASCII)


class VatStatus(StrEnum):
    """What the list calls `statusVat`."""

    ACTIVE = "Active"
    EXEMPT = "Exempt"
    UNREGISTERED = "Unregistered"


_VAT_STATUSES: Mapping[str, VatStatus] = {
    "czynny": VatStatus.ACTIVE,
    "zwolniony": VatStatus.EXEMPT,
    "niezarejestrowany": VatStatus.UNREGISTERED,
}


@dataclass(frozen=True, slots=True)
class Company:
    """What the list says as of a day; what it does not say, or says in no form of its own, is None.

    Texts are on one line, without control characters.
    """

    name: str
    address: str | None
    regon: str | None
    krs_number: str | None
    vat_status: VatStatus | None
    as_of: date


def read_company(answer: JsonObject, nip: str, as_of: date) -> Company | None:
    """The company of an `EntityResponse`; None when the list has none with this NIP.

    Raises ContractBroken, also when the answer is about another NIP.
    """
    subject = answer.object("result").optional_object("subject")
    if subject is None:
        return None
    if subject.text("nip") != nip:
        raise ContractBroken("result.subject.nip")
    name = _line(subject.text("name"), LONGEST_NAME)
    if not name:
        raise ContractBroken("result.subject.name")
    # A company has its seat in the first, a sole trader often in the second alone.
    address = subject.optional_text("workingAddress") or subject.optional_text("residenceAddress")
    return Company(
        name=name,
        address=_line(address or "", LONGEST_ADDRESS) or None,
        regon=_number(subject.optional_text("regon"), _REGON),
        krs_number=_number(subject.optional_text("krs"), _KRS_NUMBER),
        vat_status=_VAT_STATUSES.get((subject.optional_text("statusVat") or "").strip().lower()),
        as_of=as_of,
    )


def _line(text: str, longest: int) -> str:
    """Without what is invisible or would begin a line; what is too long ends with an ellipsis."""
    visible = (" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    line = " ".join("".join(visible).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _number(text: str | None, form: re.Pattern[str]) -> str | None:
    value = (text or "").strip()
    return value if form.fullmatch(value) else None
