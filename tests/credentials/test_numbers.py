"""Numbers of KSeF documents, of Peppol providers and of EU companies, by their outer form."""

from __future__ import annotations

import pytest

from bridge.credentials.identifiers import (
    has_right_check_byte,
    is_nip_vat_ue,
    is_peppol_id,
    ksef_number_nip,
    nip_check_digit,
)

KSEF_NUMBER = "5265877635-20250826-0100001AF629-AF"
"""The example of faktury/numer-ksef.md."""


def test_a_ksef_number_names_the_seller_and_ends_with_its_check_byte() -> None:
    assert ksef_number_nip(KSEF_NUMBER) == "5265877635"
    assert has_right_check_byte(KSEF_NUMBER)


@pytest.mark.parametrize(
    "spoilt",
    [
        *("", KSEF_NUMBER[:-1], f"{KSEF_NUMBER}0", f"{KSEF_NUMBER}\n", KSEF_NUMBER.lower()),
        *(f"{KSEF_NUMBER[1:]}", KSEF_NUMBER.replace("-", ""), KSEF_NUMBER.replace("F6", "G6")),
    ],
)
def test_what_is_no_ksef_number_names_nobody(spoilt: str) -> None:
    assert ksef_number_nip(spoilt) is None


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("5265877635-DE123456789", True),
        ("5265877635-IE1A2B3C+*", True),
        ("5265877636-DE123456789", False),
        ("5265877635-DE1", False),
        ("5265877635-DE1234567890123", False),
        ("5265877635-de123456789", False),
        ("5265877635", False),
        ("", False),
    ],
)
def test_a_nip_with_an_eu_vat_number(value: str, accepted: bool) -> None:
    assert is_nip_vat_ue(value) is accepted


@pytest.mark.parametrize(
    ("value", "accepted"),
    [("PPL123456", True), ("PPL12345", False), ("XPL123456", False), ("PPL123456\n", False)],
)
def test_a_provider_of_peppol_services(value: str, accepted: bool) -> None:
    assert is_peppol_id(value) is accepted


@pytest.mark.parametrize("digits", ["52658776", "5265877635"])
def test_a_check_digit_is_that_of_nine_digits(digits: str) -> None:
    with pytest.raises(ValueError, match="zip"):
        nip_check_digit(digits)
