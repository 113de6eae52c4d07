"""What fills the texts about a token: what was found, what was expected, and nothing secret."""

from __future__ import annotations

import secrets
from datetime import date

import pytest

from bridge.credentials.environment import Environment
from bridge.credentials.findings import TOKEN
from bridge.credentials.identifiers import check_byte, reference_number
from bridge.credentials.token import TokenInspection, inspect_token
from bridge.credentials.token_validity import TokenValidity
from tests.credentials.inspecting import assert_nothing_secret, assert_texts
from tests.secret_register import register_secret

NIP, OTHER_NIP = "5265877635", "7980332920"
UNIT = f"{NIP}-12346"
NUMBER = reference_number(date(2026, 1, 19), "EC", "358EFDB000459EC03E91")
IMPOSSIBLE = "20261301-EC-358EFDB000-459EC03E91-"
SECRET = register_secret(secrets.token_hex(32))


def inspect(text: str, nip: str | None = NIP, internal_id: str | None = None) -> TokenInspection:
    inspection = inspect_token(
        text,
        environment=Environment.TEST,
        nip=nip,
        internal_id=internal_id,
        today=date(2026, 11, 23),
        validity=TokenValidity(date(2026, 12, 31), date(2027, 11, 30), date(2026, 9, 10)),
    )
    assert_texts(inspection.findings)
    assert_nothing_secret(repr(inspection))
    assert {each.field for each in inspection.findings} == {TOKEN}
    return inspection


@pytest.mark.parametrize(
    ("number", "code", "params"),
    [
        (
            reference_number(date(2026, 1, 19), "AU", "0" * 20),
            "token-kind-unexpected",
            {"found": "AU", "expected": "EC"},
        ),
        (IMPOSSIBLE + check_byte(IMPOSSIBLE), "token-date-impossible", {"found": "20261301"}),
        (
            reference_number(date(2026, 11, 24), "EC", "0" * 20),
            "token-date-in-future",
            {"date": "2026-11-24"},
        ),
    ],
)
def test_what_is_strange_about_the_number(
    number: str, code: str, params: dict[str, str | int]
) -> None:
    found = {each.code: each.params for each in inspect(f"{number}|nip-{NIP}|{SECRET}").findings}
    assert found[code] == params


@pytest.mark.parametrize(
    ("context", "internal_id", "code", "params"),
    [
        ("nip-5005877635", None, "token-nip-malformed", {"found": "5005877635"}),
        ("nip-5265877636", None, "token-nip-check-digit", {"found": "5265877636"}),
        (
            "internalId-5265877636-12346",
            None,
            "token-internal-id-nip",
            {"found": "5265877636"},
        ),
        (f"nip-{NIP}", UNIT, "token-not-of-unit", {"found": NIP, "expected": UNIT}),
        (f"internalId-{UNIT}", None, "token-not-of-company", {"found": UNIT, "expected": NIP}),
        (
            f"internalId-{NIP}-54321",
            UNIT,
            "token-internal-id-mismatch",
            {"found": f"{NIP}-54321", "expected": UNIT},
        ),
    ],
)
def test_what_is_wrong_with_the_context(
    context: str, internal_id: str | None, code: str, params: dict[str, str | int]
) -> None:
    inspection = inspect(f"{NUMBER}|{context}|{SECRET}", internal_id=internal_id)
    assert {each.code: each.params for each in inspection.findings}[code] == params
    assert inspection.token is None


@pytest.mark.parametrize("change", [-1, 1])
def test_the_length_of_the_secret_is_told(change: int) -> None:
    secret = register_secret(secrets.token_hex(33)[: 64 + change])
    found = {each.code: each.params for each in inspect(f"{NUMBER}|nip-{NIP}|{secret}").findings}
    assert found["token-secret-length"] == {"found": 64 + change, "expected": 64}


def test_a_context_of_no_known_type_is_not_shown() -> None:
    facts = inspect(f"{NUMBER}|NIP-{NIP}|{SECRET}").facts
    assert facts is not None
    assert (facts.context_type, facts.context_value) == (None, None)


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_profile_there_is_nothing_to_compare_with(nothing: str | None) -> None:
    for context in (f"nip-{NIP}", f"internalId-{UNIT}"):
        assert inspect(f"{NUMBER}|{context}|{SECRET}", nothing, nothing).token is not None


def test_a_wrapped_copy_is_told_of_the_token() -> None:
    wrapped = f"{NUMBER}|nip-{NIP}|{SECRET[:20]}\n{SECRET[20:]}"
    assert "token-line-breaks" in {each.code for each in inspect(wrapped).findings}
