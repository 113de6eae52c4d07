"""What the inspection says about pasted tokens."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import date

import pytest

from bridge.credentials.context import ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.findings import Finding, Severity
from bridge.credentials.identifiers import check_byte, reference_number
from bridge.credentials.token import TokenInspection, clean_token, inspect_token
from bridge.credentials.token_validity import TokenValidity
from tests.credentials.inspecting import CATALOGUE, assert_nothing_secret, assert_texts, codes
from tests.secret_register import register_secret

TODAY = date(2026, 11, 23)
LAST_DAY = date(2026, 12, 31)
ANNOUNCED = {"announced": "2027-11-30", "announcedOn": "2026-09-10"}
VALIDITY = TokenValidity(LAST_DAY, date(2027, 11, 30), date(2026, 9, 10))
NIP = "5265877635"
OTHER_NIP = "7980332920"
INTERNAL_ID = "5265877635-12346"
NUMBER = reference_number(date(2026, 1, 19), "EC", "358EFDB000459EC03E91")
IMPOSSIBLE = "20261301-EC-358EFDB000-459EC03E91-"
PRINTED = (
    "20270115-EC-7FA3B1D200-AB12345F6A-01|nip-987654321|"
    "a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef0"
)


def new_secret() -> str:
    return register_secret(secrets.token_hex(32))


def new_token(number: str = NUMBER, context: str = f"nip-{NIP}") -> str:
    return register_secret(f"{number}|{context}|{new_secret()}")


def inspect(
    text: str,
    *,
    nip: str | None = NIP,
    internal_id: str | None = None,
    today: date = TODAY,
) -> TokenInspection:
    inspection = inspect_token(
        text,
        environment=Environment.TEST,
        nip=nip,
        internal_id=internal_id,
        today=today,
        validity=VALIDITY,
    )
    assert_texts(inspection.findings)
    assert_nothing_secret(repr(inspection))
    assert (inspection.token is None) == bool(errors(inspection))
    return inspection


def errors(inspection: TokenInspection) -> list[str]:
    return codes(inspection.findings, Severity.ERROR)


def warnings(inspection: TokenInspection) -> list[str]:
    """The warnings besides the one about the legal end, which every token gets."""
    found = codes(inspection.findings, Severity.WARNING)
    return [code for code in found if not code.startswith("token-validity-")]


def finding(inspection: TokenInspection, code: str) -> Finding:
    (found,) = (each for each in inspection.findings if each.code == code)
    return found


def test_a_good_token_is_taken_apart() -> None:
    token = new_token()
    inspection = inspect(token)
    assert not errors(inspection)
    assert not warnings(inspection)
    assert inspection.token is not None
    assert inspection.token.reveal_text() == token
    facts = inspection.facts
    assert facts is not None
    assert facts.reference_number == NUMBER
    assert facts.issued_on == date(2026, 1, 19)
    assert (facts.context_type, facts.context_value) == (ContextType.NIP, NIP)


def test_a_token_of_a_unit() -> None:
    inspection = inspect(new_token(context=f"internalId-{INTERNAL_ID}"), internal_id=INTERNAL_ID)
    assert not errors(inspection)
    assert inspection.facts is not None
    assert inspection.facts.context_type is ContextType.INTERNAL_ID
    assert inspection.facts.context_value == INTERNAL_ID


@pytest.mark.parametrize("nip", [None, NIP, "9876543210"])
def test_the_printed_example_has_two_mistakes(nip: str | None) -> None:
    inspection = inspect(PRINTED, nip=nip)
    assert errors(inspection) == ["token-nip-length"]
    assert finding(inspection, "token-nip-length").params == {"found": 9, "expected": 10}
    assert warnings(inspection) == ["token-date-in-future", "token-check-byte"]
    assert finding(inspection, "token-check-byte").params == {"found": "01", "expected": "9E"}
    polish = CATALOGUE.text("token-nip-length", "pl", {"found": 9, "expected": 10})
    assert "Liczba cyfr: 9, wymagana: 10" in polish


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: f"  {token}\r\n",
        lambda token: token[:40] + "\r\n" + token[40:80] + "\n\t " + token[80:],
        lambda token: f"\ufeff{token}",
        lambda token: token.replace("|", "\u00a0|\u202f"),
        lambda token: token[:50] + "\u200b\u2060\u00ad" + token[50:],
        lambda token: f"\u200e{token}\u2029\x00",
    ],
    ids=["ends", "wrapped", "byte-order-mark", "no-break", "zero-width", "marks"],
)
def test_what_a_paste_adds_is_removed(spoil: Callable[[str], str]) -> None:
    token = new_token()
    inspection = inspect(spoil(token))
    assert not errors(inspection)
    assert not warnings(inspection)
    assert inspection.token is not None
    assert inspection.token.reveal_text() == token


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda token: token[:60] + "\r\n" + token[60:], ["token-line-breaks"]),
        (lambda token: f"\r\n{token}\n", []),
    ],
    ids=["inside", "ends"],
)
def test_line_breaks_inside_are_told(spoil: Callable[[str], str], said: list[str]) -> None:
    inspection = inspect(spoil(new_token()))
    assert codes(inspection.findings, Severity.INFO) == said
    assert inspection.token is not None


HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["token-empty"]),
        (" \n\u200b", ["token-empty"]),
        (HEX, ["token-of-ksef-1"]),
        (HEX.upper(), ["token-of-ksef-1"]),
        (HEX[:-1], ["token-parts"]),
        (NUMBER, ["token-parts"]),
        (f"{NUMBER}|nip-{NIP}", ["token-parts"]),
        (f"{NUMBER}|nip-{NIP}|{HEX}|", ["token-parts"]),
        (f"{NUMBER[:-1]}|nip-{NIP}|{HEX}", ["token-reference-number-malformed"]),
        (f"{NUMBER.lower()}|nip-{NIP}|{HEX}", ["token-reference-number-malformed"]),
        (f"{NUMBER}|NIP-{NIP}|{HEX}", ["token-context-type-unknown"]),
        (f"{NUMBER}|internalid-{INTERNAL_ID}|{HEX}", ["token-context-type-unknown"]),
        (f"{NUMBER}|{NIP}|{HEX}", ["token-context-type-unknown"]),
        (f"{NUMBER}|nip-|{HEX}", ["token-nip-length"]),
        (f"{NUMBER}|nip-526-587-76-35|{HEX}", ["token-nip-not-digits"]),
        (f"{NUMBER}|nip-5005877635|{HEX}", ["token-nip-malformed"]),
        (f"{NUMBER}|nip-5265877636|{HEX}", ["token-nip-check-digit"]),
        (f"{NUMBER}|internalId-{NIP}|{HEX}", ["token-internal-id-malformed"]),
        (f"{NUMBER}|internalId-5265877636-12345|{HEX}", ["token-internal-id-nip"]),
        (f"{NUMBER}|nip-{NIP}|", ["token-secret-length"]),
        (f"{NUMBER}|nip-{NIP}|{HEX}0", ["token-secret-length"]),
        (f"{NUMBER}|nip-{NIP}|{HEX.upper()}", ["token-secret-characters"]),
        (f"{NUMBER}|nip-{NIP}|{HEX[:-1]}g", ["token-secret-characters"]),
        (f"|nip-1|{HEX}", ["token-reference-number-malformed", "token-nip-length"]),
    ],
)
def test_one_mistake_gives_one_error(text: str, expected: list[str]) -> None:
    inspection = inspect(text)
    assert errors(inspection) == expected
    assert all(each.field == "token" for each in inspection.findings)


def test_the_text_of_wrong_parts_counts_them() -> None:
    inspection = inspect(f"{NUMBER}|nip-{NIP}")
    assert finding(inspection, "token-parts").params == {"found": 2, "expected": 3}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (reference_number(date(2026, 1, 19), "AU", "0" * 20), ["token-kind-unexpected"]),
        (reference_number(date(2026, 11, 24), "EC", "0" * 20), ["token-date-in-future"]),
        (reference_number(date(2026, 11, 23), "EC", "0" * 20), []),
        (f"{NUMBER[:-2]}00", ["token-check-byte"]),
        (NUMBER.replace("358E", "359E"), ["token-check-byte"]),
        (IMPOSSIBLE + check_byte(IMPOSSIBLE), ["token-date-impossible"]),
    ],
)
def test_a_strange_reference_number_is_no_reason_to_refuse(
    number: str, expected: list[str]
) -> None:
    inspection = inspect(new_token(number=number))
    assert not errors(inspection)
    assert warnings(inspection) == expected
    assert inspection.token is not None


@pytest.mark.parametrize(
    ("context", "nip", "internal_id", "expected"),
    [
        (f"nip-{NIP}", NIP, None, []),
        (f"nip-{NIP}", NIP, "", []),
        (f"nip-{NIP}", None, None, []),
        (f"nip-{OTHER_NIP}", NIP, None, ["token-nip-mismatch"]),
        (f"nip-{NIP}", NIP, INTERNAL_ID, ["token-not-of-unit"]),
        (f"internalId-{INTERNAL_ID}", NIP, None, ["token-not-of-company"]),
        (f"internalId-{INTERNAL_ID}", None, None, []),
        (f"internalId-{INTERNAL_ID}", NIP, INTERNAL_ID, []),
        (f"internalId-{NIP}-54321", NIP, INTERNAL_ID, ["token-internal-id-mismatch"]),
        ("nip-526587763", OTHER_NIP, None, ["token-nip-length"]),
        ("nip-5265877636", OTHER_NIP, None, ["token-nip-check-digit"]),
        ("internalId-1", NIP, INTERNAL_ID, ["token-internal-id-malformed"]),
    ],
)
def test_the_token_is_compared_with_the_profile(
    context: str, nip: str | None, internal_id: str | None, expected: list[str]
) -> None:
    inspection = inspect(new_token(context=context), nip=nip, internal_id=internal_id)
    assert errors(inspection) == expected


def test_a_mismatch_names_both_sides() -> None:
    inspection = inspect(new_token(context=f"nip-{OTHER_NIP}"))
    expected = {"found": OTHER_NIP, "expected": NIP}
    assert finding(inspection, "token-nip-mismatch").params == expected


@pytest.mark.parametrize(
    ("today", "code", "severity", "params"),
    [
        (TODAY, "token-validity-ends", Severity.WARNING, {"days": 38}),
        (LAST_DAY, "token-validity-ends", Severity.WARNING, {"days": 0}),
        (date(2027, 1, 1), "token-validity-ended", Severity.INFO, {}),
        (date(2027, 12, 1), "token-validity-ended", Severity.INFO, {}),
    ],
)
def test_the_end_of_tokens_by_law_and_as_announced(
    today: date, code: str, severity: Severity, params: dict[str, str | int]
) -> None:
    inspection = inspect(new_token(), today=today)
    told = finding(inspection, code)
    assert (told.severity, told.field) == (severity, "token")
    assert told.params == {"date": "2026-12-31", **ANNOUNCED, **params}
    assert not errors(inspection)


@pytest.mark.parametrize(
    "arrange",
    [
        lambda secret: f"{secret}|nip-{NIP}|{NUMBER}",
        lambda secret: f"{NUMBER}|{secret}|nip-{NIP}",
        lambda secret: f"{NUMBER}|nip-{secret}|x",
        lambda secret: f"{NUMBER}|nip-{NIP}|{secret}x",
        lambda secret: f"{NUMBER} {secret}",
    ],
)
def test_a_secret_in_the_wrong_place_is_not_shown(arrange: Callable[[str], str]) -> None:
    # `inspect` looks for registered secrets in every text and in the representation.
    inspection = inspect(arrange(new_secret()))
    assert errors(inspection)


@pytest.mark.parametrize(
    "pasted",
    [
        '"{}"',
        "'{}'",
        "„{}”",
        "«{}»",
        "‚{}‘.",
        "`{}`",
        "({}).",
        "<{}>",
        "{}.",
        "{},",
        "{}…",
        "\ufeff{}",
        "\u200b{}\u2060",
        "\u3164{}\u2800",
    ],
)
def test_what_stands_around_a_token_is_taken_away_and_told(pasted: str) -> None:
    token = new_token()
    inspection = inspect(pasted.format(token))
    assert inspection.token is not None
    assert inspection.token.reveal_text() == token
    assert finding(inspection, "token-cleaned").severity is Severity.INFO


@pytest.mark.parametrize(
    ("written", "pasted"),
    [(dash, "-") for dash in "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\uff0d"]
    + [("\u200b0", "0"), ("0\ufe0f", "0"), ("\uff10", "0"), ("\uff5c", "|"), ("\ufb00", "ff")],
)
def test_what_a_program_made_of_a_tokens_characters_is_put_right_and_told(
    written: str, pasted: str
) -> None:
    token = register_secret(f"{NUMBER}|nip-{NIP}|{'ff00' * 16}")
    inspection = inspect(token.replace(pasted, written))
    assert inspection.token is not None
    assert inspection.token.reveal_text() == token
    assert finding(inspection, "token-cleaned").severity is Severity.INFO


def test_blanks_are_taken_away_without_a_word() -> None:
    token = new_token()
    inspection = inspect(f"  {token[:40]} {token[40:]}\n")
    assert inspection.token is not None
    assert "token-cleaned" not in codes(inspection.findings, Severity.INFO)


@pytest.mark.parametrize("cut", ["{}|", "|{}", "-{}"])
def test_what_tells_that_a_part_is_missing_stays(cut: str) -> None:
    assert errors(inspect(cut.format(new_token())))


def test_the_digit_that_would_fit_an_internal_identifier_is_named() -> None:
    odd = "6824515772-12345"
    inspection = inspect(new_token(context=f"internalId-{odd}"), nip=None, internal_id=odd)
    assert warnings(inspection) == ["token-internal-id-check-digit"]
    params = {"found": odd, "expected": "6824515772-12343"}
    assert finding(inspection, "token-internal-id-check-digit").params == params
    assert inspection.token is not None


def test_the_longest_text_that_may_be_sent_is_cleaned_at_once() -> None:
    begun = time.process_time()
    assert clean_token("a" + "!" * 9_998 + "a") == "a" + "!" * 9_998 + "a"
    assert time.process_time() - begun < 0.1
