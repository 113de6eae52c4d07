"""What the patterns of fields take, and what they refuse."""

from __future__ import annotations

import re

import pytest

from espo_extension.model.patterns import PATTERNS


@pytest.mark.parametrize(
    ("written", "is_taken"),
    [
        ("biuro@example.com", True),
        ("jan.kowalski+ksef@poczta.firma.example", True),
        ("biuro", False),
        ("biuro@firma", False),
        ("biuro@example.com, jan@example.com", False),
        ("Biuro <biuro@example.com>", False),
    ],
)
def test_an_e_mail_address_is_one(written: str, is_taken: bool) -> None:
    found = re.fullmatch(PATTERNS["ksefEmailAddress"].expression, written)
    assert (found is not None) == is_taken
