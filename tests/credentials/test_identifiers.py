"""NIP, PESEL, internal identifiers and reference numbers, with real samples (api-contract D)."""

from __future__ import annotations

from datetime import date

import pytest

from bridge.credentials.identifiers import (
    NipDefect,
    check_byte,
    crc8,
    is_internal_id,
    is_nip,
    is_pesel,
    nip_check_digit,
    nip_defect,
    parse_reference_number,
    pesel_check_digit,
    reference_number,
)


@pytest.mark.parametrize("nip", ["5265877635", "7980332920", "6852332948", "7762811692"])
def test_real_nips_are_accepted(nip: str) -> None:
    assert is_nip(nip)
    assert nip_check_digit(nip[:9]) == int(nip[9])


@pytest.mark.parametrize(
    ("nip", "defect"),
    [
        ("", NipDefect.LENGTH),
        ("987654321", NipDefect.LENGTH),
        ("52658776350", NipDefect.LENGTH),
        ("526-587-76-35", NipDefect.NOT_DIGITS),
        ("PL5265877635", NipDefect.NOT_DIGITS),
        ("٥٢٦٥٨٧٧٦٣٥", NipDefect.NOT_DIGITS),
        ("0265877635", NipDefect.PATTERN),
        ("5005877635", NipDefect.PATTERN),
        ("5265877636", NipDefect.CHECK_DIGIT),
        ("2565877635", NipDefect.CHECK_DIGIT),
    ],
)
def test_a_wrong_nip_is_told_by_its_defect(nip: str, defect: NipDefect) -> None:
    assert nip_defect(nip) is defect


def test_nine_digits_without_a_check_digit_make_no_nip() -> None:
    first_nine = next(
        f"5260000{number:02d}"
        for number in range(100)
        if nip_check_digit(f"5260000{number:02d}") is None
    )
    assert not any(is_nip(f"{first_nine}{digit}") for digit in range(10))


@pytest.mark.parametrize(
    ("pesel", "accepted"),
    [
        ("22271569167", True),
        ("38092277125", True),
        ("44051401359", True),
        ("22271569168", False),
        ("22331569167", False),
        ("2227156916", False),
        ("222715691670", False),
        ("2227156916a", False),
    ],
)
def test_pesel(pesel: str, accepted: bool) -> None:
    assert is_pesel(pesel) is accepted


@pytest.mark.parametrize("month", ["01", "12", "21", "32", "41", "52", "61", "72", "81", "92"])
def test_the_month_of_a_pesel_holds_the_century(month: str) -> None:
    first_ten = f"44{month}140135"
    assert is_pesel(f"{first_ten}{pesel_check_digit(first_ten)}")


@pytest.mark.parametrize("month", ["00", "13", "20", "33", "40", "53", "60", "73", "80", "93"])
def test_no_century_has_such_a_month(month: str) -> None:
    first_ten = f"44{month}140135"
    assert not is_pesel(f"{first_ten}{pesel_check_digit(first_ten)}")


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("5265877635-12346", True),
        ("5265877635-1234", False),
        ("5265877636-12345", False),
        ("526587763512345", False),
        ("5265877635_12345", False),
    ],
)
def test_internal_id(value: str, accepted: bool) -> None:
    assert is_internal_id(value) is accepted


REAL_NUMBERS = [
    ("20251010-EC-1DCE3E3000-12ECB5B36E-45", "EC", date(2025, 10, 10)),
    ("20260119-EC-358EFDB000-459EC03E91-53", "EC", date(2026, 1, 19)),
    ("20250514-AU-2DFC46C000-3AC6D5877F-D4", "AU", date(2025, 5, 14)),
]


@pytest.mark.parametrize(("number", "kind", "day"), REAL_NUMBERS)
def test_real_reference_numbers(number: str, kind: str, day: date) -> None:
    parsed = parse_reference_number(number)
    assert parsed is not None
    assert (parsed.kind, parsed.issued_on, parsed.check_byte) == (kind, day, check_byte(number))
    random_part = number[12:33].replace("-", "")
    assert reference_number(day, kind, random_part) == number


def test_crc8_is_the_published_one() -> None:
    # The check value of CRC-8/SMBUS, the same polynomial and initial value.
    assert crc8(b"123456789") == 0xF4


@pytest.mark.parametrize(
    "text",
    [
        "20260119-ec-358EFDB000-459EC03E91-53",
        "20260119-EC-358efdb000-459EC03E91-53",
        "20260119-EC-358EFDB000-459EC03E91",
        "20260119-EC-358EFDB000-459EC03E91-53\n",
        "",
    ],
)
def test_malformed_reference_numbers(text: str) -> None:
    assert parse_reference_number(text) is None


def test_a_day_that_no_calendar_has() -> None:
    parsed = parse_reference_number("20260230-EC-358EFDB000-459EC03E91-53")
    assert parsed is not None
    assert parsed.issued_on is None


@pytest.mark.parametrize(
    ("kind", "random_part"), [("ec", "0" * 20), ("EC", "0" * 19), ("EC", "g" * 20)]
)
def test_no_number_out_of_wrong_parts(kind: str, random_part: str) -> None:
    with pytest.raises(ValueError, match="upper-case"):
        reference_number(date(2026, 1, 19), kind, random_part)
