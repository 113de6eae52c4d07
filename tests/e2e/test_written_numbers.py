"""Numbers of companies as people write and copy them, in the form and by REST."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.browser import LoggingIn
from tests.e2e.records import Records
from tests.installation import Installation, new_nip

FORM = "#KsefProfile/create"
NIP_BOX = '#main .field[data-name="nip"] input'
UNIT_BOX = '#main .field[data-name="internalId"] input'


def grouped(nip: str, sign: str) -> str:
    return sign.join((nip[:3], nip[3:6], nip[6:8], nip[8:]))


WRITTEN: dict[str, Callable[[str], str]] = {
    "hyphens": lambda nip: grouped(nip, "-"),
    "a leading blank": lambda nip: " " + nip,
    "the country": lambda nip: "PL " + grouped(nip, " "),
    "non-breaking blanks": lambda nip: "\N{NO-BREAK SPACE}" + grouped(nip, "\N{NO-BREAK SPACE}"),
    "typographic hyphens": lambda nip: "pl" + grouped(nip, "\N{NON-BREAKING HYPHEN}"),
    "dashes": lambda nip: grouped(nip, " \N{EN DASH} ") + "\N{ZERO WIDTH SPACE}",
}


@pytest.mark.parametrize("way", WRITTEN)
def test_by_rest(records: Records, bridge: Installation, way: str) -> None:
    nip = new_nip()
    token = bridge.new_ksef_token(nip)
    profile = records.token_profile("Przepisany NIP", WRITTEN[way](nip), token)
    assert records.user.done("GET", f"KsefProfile/{profile}")["nip"] == nip
    # It is the same company however it is written.
    answer = records.save_profile(
        name="Ponownie", nip=nip, authorizationType="Token", token=bridge.new_ksef_token(nip)
    )
    assert (answer.status, answer.codes) == (409, ["profile-exists"])


def test_the_identifier_of_a_unit_by_rest(records: Records) -> None:
    nip = new_nip()
    answer = records.save_profile(
        name="Oddział",
        nip=grouped(nip, "-"),
        internalId=f" {nip} \N{EN DASH}\N{NO-BREAK SPACE}12345",
        authorizationType="Certificate",
    )
    assert answer.status == 200, answer.body
    assert answer.json["internalId"] == f"{nip}-12345"


def test_what_is_still_wrong_is_said_of_the_number_that_was_meant(records: Records) -> None:
    nip = new_nip()
    wrong = nip[:9] + str((int(nip[9]) + 1) % 10)
    answer = records.save_profile(
        name="Błędny", nip=grouped(wrong, "-"), authorizationType="Certificate"
    )
    assert (answer.status, answer.codes) == (400, ["nip-check-digit"])
    assert wrong in answer.message
    answer = records.save_profile(name="Obcy", nip=f"DE{nip}", authorizationType="Certificate")
    assert (answer.status, answer.codes) == (400, ["nip-malformed"])


def test_in_the_form(bridge: Installation, logging_in: LoggingIn) -> None:
    nip = new_nip()
    with logging_in("en") as screen:
        screen.open(FORM, NIP_BOX)
        page = screen.page
        for way, written in WRITTEN.items():
            page.fill(NIP_BOX, "")
            page.focus(NIP_BOX)
            page.keyboard.insert_text(written(nip))
            assert page.input_value(NIP_BOX) == nip, f"{way}, pasted"
        page.fill(NIP_BOX, "")
        page.type(NIP_BOX, f" PL {grouped(nip, '-')}")
        assert page.input_value(NIP_BOX) == nip, "typed"
        # A digit mended in the middle leaves the caret where it was.
        page.keyboard.press("Home")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.keyboard.type("-")
        page.keyboard.press("Delete")
        page.keyboard.type(nip[3])
        assert page.input_value(NIP_BOX) == nip, "mended"
        page.focus(UNIT_BOX)
        page.keyboard.insert_text(f" {nip}\N{EN DASH}12345\N{NO-BREAK SPACE}")
        assert page.input_value(UNIT_BOX) == f"{nip}-12345"
        screen.type_in("name", f"Wklejony {nip}")
        screen.choose("environment", "Test")
        screen.choose("authorizationType", "Certificate")
        screen.save()
        page.wait_for_url("**/#KsefProfile/view/*")
        screen.field("nip").get_by_text(nip).wait_for()
        assert screen.problems == []
