"""The numbers that KSeF names people, companies, units and documents by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

_NIP = re.compile(r"[1-9]((\d[1-9])|([1-9]\d))\d{7}", re.ASCII)
_NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
_PESEL = re.compile(
    r"\d{2}(?:0[1-9]|1[0-2]|2[1-9]|3[0-2]|4[1-9]|5[0-2]|6[1-9]|7[0-2]|8[1-9]|9[0-2])\d{7}", re.ASCII
)
_PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
_INTERNAL_ID = re.compile(r"(?P<nip>\d{10})-\d{5}", re.ASCII)
_INTERNAL_ID_WEIGHTS = (1, 3) * 7
_NIP_VAT_UE = re.compile(r"(?P<nip>\d{10})-[A-Z]{2}[A-Z0-9+*]{2,12}", re.ASCII)
_PEPPOL_ID = re.compile(r"P[A-Z]{2}\d{6}", re.ASCII)
_KSEF_NUMBER = re.compile(
    r"(?P<nip>\d{10})-(?P<date>\d{8})-[0-9A-F]{6}-?[0-9A-F]{6}-(?P<check>[0-9A-F]{2})",
    re.ASCII,
)
# The day on which KSeF 2.0 began to give numbers; those before follow no rule that is known.
_FIRST_DAY_OF_KSEF_2 = "20260201"
_REFERENCE_NUMBER = re.compile(
    r"(?P<date>\d{8})-(?P<kind>[A-Z]{2})-[0-9A-F]{10}-[0-9A-F]{10}-(?P<check>[0-9A-F]{2})", re.ASCII
)
_CHECKED_CHARACTERS = 33

NIP_LENGTH = 10


class NipDefect(Enum):
    """The first thing that is wrong with a NIP."""

    NOT_DIGITS = auto()
    LENGTH = auto()
    PATTERN = auto()
    CHECK_DIGIT = auto()


def nip_check_digit(first_nine: str) -> int | None:
    """The tenth digit of a NIP; None when no NIP starts with these nine digits."""
    check = _weighted_sum(first_nine, _NIP_WEIGHTS) % 11
    return check if check < 10 else None


def nip_defect(value: str) -> NipDefect | None:
    """What is wrong with a NIP, None when it is well formed (OpenAPI `Nip`, and check digit)."""
    if not (value.isascii() and value.isdigit()):
        return NipDefect.NOT_DIGITS if value else NipDefect.LENGTH
    if len(value) != NIP_LENGTH:
        return NipDefect.LENGTH
    if not _NIP.fullmatch(value):
        return NipDefect.PATTERN
    if nip_check_digit(value[:9]) != int(value[9]):
        return NipDefect.CHECK_DIGIT
    return None


def is_nip(value: str) -> bool:
    """Whether this is a NIP with the right check digit."""
    return nip_defect(value) is None


def pesel_check_digit(first_ten: str) -> int:
    """The eleventh digit of a PESEL."""
    return -_weighted_sum(first_ten, _PESEL_WEIGHTS) % 10


def is_pesel(value: str) -> bool:
    """Whether this is a PESEL: a possible month and century, the right check digit."""
    return bool(_PESEL.fullmatch(value)) and pesel_check_digit(value[:10]) == int(value[10])


def internal_id_nip(value: str) -> str | None:
    """The ten digits before the hyphen of an internal identifier; None when it is malformed."""
    match = _INTERNAL_ID.fullmatch(value)
    return match["nip"] if match else None


def is_internal_id(value: str) -> bool:
    """Whether this names a unit: a NIP, a hyphen, five digits (OpenAPI `InternalId`)."""
    nip = internal_id_nip(value)
    return nip is not None and is_nip(nip)


def internal_id_that_fits(value: str) -> str:
    """A well-formed internal identifier with the last digit that checks the others.

    The ministry explained the rule in ksef-api issue 116. KSeF's own documentation shows an
    identifier that breaks it, so that another digit is no reason to refuse one.
    """
    first = value[:-1]
    digits = first.replace("-", "")
    return f"{first}{_weighted_sum(digits, _INTERNAL_ID_WEIGHTS) % 10}"


def is_nip_vat_ue(value: str) -> bool:
    """Whether this is a NIP, a hyphen, and an EU VAT number by its outer form (`NipVatUe`)."""
    match = _NIP_VAT_UE.fullmatch(value)
    return match is not None and is_nip(match["nip"])


def is_peppol_id(value: str) -> bool:
    """Whether this names a provider of Peppol services (OpenAPI `PeppolId`)."""
    return _PEPPOL_ID.fullmatch(value) is not None


def crc8(data: bytes) -> int:
    """CRC-8 with polynomial 0x07 and initial value 0, as in faktury/numer-ksef.md."""
    register = 0
    for octet in data:
        register ^= octet
        for _ in range(8):
            register = register << 1 ^ (0x107 if register & 0x80 else 0)
    return register


def check_byte(number: str) -> str:
    """The two hex digits that end the reference number which starts with these 33 characters.

    KSeF does not document them; every number seen so far has them.
    """
    return f"{crc8(number[:_CHECKED_CHARACTERS].encode()):02X}"


def ksef_number_nip(value: str) -> str | None:
    """The seller's NIP that an invoice's KSeF number starts with; None when it is malformed.

    Numbers of KSeF 1.0 may have one hyphen more (OpenAPI `KsefNumber`: 35 or 36 characters).
    """
    match = _KSEF_NUMBER.fullmatch(value)
    return match["nip"] if match else None


def has_right_check_byte(ksef_number: str) -> bool:
    """Whether a well-formed KSeF number ends as faktury/numer-ksef.md says.

    Numbers of KSeF 1.0 were not made by that rule (csharp issue 26), so none of them is wrong.
    """
    match = _KSEF_NUMBER.fullmatch(ksef_number)
    if match is None or match["date"] < _FIRST_DAY_OF_KSEF_2:
        return match is not None
    return f"{crc8(ksef_number[:-3].encode()):02X}" == match["check"]


@dataclass(frozen=True, slots=True)
class ReferenceNumber:
    """A KSeF reference number by its parts; `issued_on` is None when no calendar has that day.

    `kind` is EC for KSeF tokens, AU authentications, CR challenges, EH enrolments.
    """

    value: str
    issued_on: date | None
    kind: str
    check_byte: str


def parse_reference_number(value: str) -> ReferenceNumber | None:
    """The number by its parts, None when it is malformed; the check byte is not judged here."""
    match = _REFERENCE_NUMBER.fullmatch(value)
    if match is None:
        return None
    return ReferenceNumber(value, _calendar_date(match["date"]), match["kind"], match["check"])


def reference_number(day: date, kind: str, random_part: str) -> str:
    """A complete reference number out of 20 upper-case hex digits.

    Raises ValueError when the parts do not make a well-formed number.
    """
    body = f"{day:%Y%m%d}-{kind}-{random_part[:10]}-{random_part[10:]}"
    number = f"{body}-{check_byte(body)}"
    if not _REFERENCE_NUMBER.fullmatch(number):
        raise ValueError("a kind is two upper-case letters, a random part 20 upper-case hex digits")
    return number


def _weighted_sum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _calendar_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
