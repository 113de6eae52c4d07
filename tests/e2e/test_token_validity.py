"""A profile that logs in by token says until when, in the words of the law, and alarms nobody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.bridge_settings import other_bridge, tokens_until
from tests.e2e.browser import Screen
from tests.e2e.certificate_life import Life
from tests.e2e.records import Records
from tests.installation import Installation, new_nip
from tests.processes import free_port

LINE = '#main .field[data-name="token"] .ksef-token-validity'
TOKEN = '#main .field[data-name="token"]'
ENDS = {"en": "may be used until", "pl": "tokenów KSeF można używać do"}
ENDED = {"en": "nothing has to be done", "pl": "nie trzeba nic robić"}
ANNOUNCED = {"en": "announced on", "pl": "zapowiedział"}


@pytest.fixture(scope="module")
def profile(bridge: Installation, records: Records) -> str:
    nip = new_nip()
    made = records.token_profile("Z tokenem", nip, bridge.new_ksef_token(nip))
    assert records.connection_test(made)["ok"]
    return made


def test_before_the_laws_day_it_is_named_beside_what_was_announced(
    screen: Screen, profile: str
) -> None:
    screen.open(f"#KsefProfile/view/{profile}", LINE)
    said = screen.text_of(LINE)
    assert ENDS[screen.language] in said
    assert ANNOUNCED[screen.language] in said
    dates = re.findall(r"\d\d[./]\d\d[./]\d{4}|\d{4}-\d\d-\d\d", said)
    assert len(set(dates)) == 3, said
    assert screen.page.locator(f"{TOKEN} .text-warning, {TOKEN} .text-danger").count() == 0
    screen.picture("profile-token-validity")
    screen.page.click('#main button[data-name="edit"]')
    screen.page.wait_for_selector(f"{LINE}:visible")
    assert screen.page.locator(LINE).count() == 1


def test_after_it_no_warning_has_come_untrue(
    screen: Screen, profile: str, bridge: Installation, records: Records, tmp_path: Path
) -> None:
    gone_by = datetime.now(UTC).date() - timedelta(days=2)
    with tokens_until(bridge, records.user, gone_by, tmp_path):
        [finding] = records.user.done("GET", "KsefBridge/tokenValidity")["findings"]
        assert (finding["code"], finding["severity"]) == ("token-validity-ended", "info")
        screen.open(f"#KsefProfile/view/{profile}", LINE)
        assert ENDED[screen.language] in screen.text_of(LINE)
        assert screen.page.locator(f"{TOKEN} .text-warning, {TOKEN} .text-danger").count() == 0


def test_nothing_is_shown_while_the_bridge_is_away_or_with_a_certificate(
    screen: Screen, profile: str, bridge: Installation, life: Life
) -> None:
    nip = new_nip()
    other = life.records.certificate_profile("Bez tokena", nip, life.certificate(nip))
    screen.open(f"#KsefProfile/view/{other}", 'button[data-name="edit"]')
    assert screen.page.locator(LINE).count() == 0
    nobody = f"http://127.0.0.1:{free_port()}"
    with other_bridge(life.records.user, bridge, nobody, bridge.api_key):
        screen.open(f"#KsefProfile/view/{profile}", f"{TOKEN} .ksef-portal")
        assert screen.page.locator(LINE).count() == 0
    assert screen.problems == []
