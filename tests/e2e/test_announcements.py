"""What KSeF announces: on the page of the bridge, and beside errors while KSeF is away."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.bridge_settings import bridge_url, other_bridge
from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.certificate_life import Life
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.faults.chaos import Chaos
from tests.installation import Installation, new_nip
from tests.processes import RunningCommand, call

SHOWN = ".ksef-announcements"
FAILURE = {
    "category": "FAILURE",
    "type": "FAILURE_START",
    "title": "Wystąpiła awaria KSeF",
    "text": "Od rana trwa awaria.\nO jej zakończeniu poinformuje odrębny komunikat <b>MF</b>.",
    "start": "2026-11-29T08:15:00+01:00",
}
STATUS = {"en": "failure", "pl": "awaria"}
AHEAD = {"en": "unavailable for maintenance", "pl": "niedostępność (prace serwisowe)"}
INVENTED = {"en": "often invented", "pl": "bywają zmyślone"}
NOTHING = {"en": "available", "pl": "dostępność"}
SINCE = {"en": "end not announced", "pl": "końca nie podano"}
STEP = {"en": "What KSeF itself announces", "pl": "Co ogłasza sam KSeF"}
REPORT = ".modal.in"


def maintenance() -> dict[str, Any]:
    """One that lies ahead."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    return {
        "category": "MAINTENANCE",
        "type": "MAINTENANCE_ANNOUNCEMENT",
        "title": "Planowana niedostępność KSeF",
        "text": "Prace serwisowe.",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=8)).isoformat(),
    }


def announce(simulator: RunningCommand, environment: str, **what: Any) -> None:
    path = f"/_simulator/latarnia/{environment}"
    assert call(simulator.port, "PUT", path, json_body=what).status == 204


@pytest.fixture(scope="module")
def announcing(
    bridge: Installation, root_user: RestUser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """EspoCRM's bridge asks the Latarnia of the simulator: each environment announces its own."""
    simulator = bridge.simulator
    announce(simulator, "test", status="FAILURE", messages=[FAILURE, maintenance()])
    announce(simulator, "demo", httpStatus=502)
    folder = tmp_path_factory.mktemp("announcing-bridge")
    another = dataclasses.replace(bridge, folder=folder, bridge=None)
    latarnia = f"http://127.0.0.1:{simulator.port}/latarnia"
    more = {
        f"KSEF_BRIDGE_LATARNIA_URL_{name}": f"{latarnia}/{name.lower()}"
        for name in ("TEST", "DEMO", "PRODUCTION")
    }
    with (
        another.running(KSEF_BRIDGE_RUNTIME_FOLDER=str(folder / "run"), **more),
        other_bridge(root_user, bridge, bridge_url(another), another.api_key),
    ):
        yield another
    for environment in ("test", "demo"):
        announce(simulator, environment)


@pytest.fixture(scope="module")
def profile(announcing: Installation, records: Records) -> str:
    nip = new_nip()
    made = records.token_profile("Z komunikatami", nip, announcing.new_ksef_token(nip))
    assert records.connection_test(made)["ok"]
    for environment in ("Demo", "Production"):
        saved = records.save_profile(
            name=f"Komunikaty {environment}",
            nip=nip,
            environment=environment,
            authorizationType="Token",
        )
        assert saved.status == 200, saved.body
    return made


def announced(user: RestUser) -> dict[str, Any]:
    """What is announced by environment, once nobody is asking any more."""
    for _ in range(100):
        found = user.done("GET", "KsefBridge/announcements")["environments"]
        if not any(each["isBeingAsked"] for each in found):
            return {each["environment"]: each for each in found}
    raise AssertionError("Latarnia is asked without end")


def test_the_environments_in_use_say_what_is_announced(
    profile: str, announcing: Installation, root_user: RestUser
) -> None:
    found = announced(root_user)
    assert list(found) == ["Production", "Demo", "Test"]
    assert (found["Production"]["status"], found["Production"]["announcements"]) == (
        "AVAILABLE",
        [],
    )
    assert (found["Demo"]["status"], found["Demo"]["problem"]["code"]) == (
        None,
        "latarnia-unavailable",
    )
    failure, ahead = found["Test"]["announcements"]
    assert (failure["start"], failure["end"], failure["isCurrent"]) == (
        "2026-11-29 07:15:00",
        None,
        True,
    )
    assert (ahead["category"], ahead["isCurrent"]) == ("MAINTENANCE", False)
    told = call(announcing.simulator.port, "GET", "/_simulator/latarnia/test").json
    announced(root_user)
    again = call(announcing.simulator.port, "GET", "/_simulator/latarnia/test").json
    assert told["asked"] == again["asked"] == 1


@pytest.mark.parametrize("who", ["regular", "api"])
def test_nobody_else_sees_it(who: str, profile: str, outsiders: dict[str, Any]) -> None:
    assert outsiders[who].call("GET", "KsefBridge/announcements").status == 403


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_screens_tell_it(
    language: str, profile: str, announcing: Installation, logging_in: LoggingIn, life: Life
) -> None:
    chaos = Chaos(announcing.simulator)
    with logging_in(language) as screen:
        shows_on_the_page_of_the_bridge(screen)
        chaos.begin(away=True)
        try:
            shows_in_a_connection_test(screen, profile)
        finally:
            chaos.end()
        assert screen.problems == []
    # Why it failed is stored, and not what was announced, by which nothing is decided.
    assert life.profile(profile)["connectionCode"] == "ksef-unreachable"
    assert life.records.connection_test(profile)["ok"]


def shows_on_the_page_of_the_bridge(screen: Screen) -> None:
    def part(environment: str) -> str:
        return f'{SHOWN} [data-environment="{environment}"]'

    screen.open("#Admin/ksefBridge", f"{part('Test')} .ksef-announcement")
    said = screen.text_of(part("Test"))
    for words in (STATUS, SINCE, AHEAD, INVENTED):
        assert words[screen.language] in said
    assert "Wystąpiła awaria KSeF" in said
    assert "komunikat <b>MF</b>" in said
    assert NOTHING[screen.language] in screen.text_of(part("Production"))
    assert INVENTED[screen.language] not in screen.text_of(part("Production"))
    assert "HTTP 502" in screen.text_of(part("Demo"))
    screen.picture("announcements")
    screen.page.set_viewport_size({"width": 390, "height": 844})
    wide = screen.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
    screen.picture("announcements-390")


def shows_in_a_connection_test(screen: Screen, profile: str) -> None:
    screen.page.set_viewport_size({"width": 1280, "height": 900})
    screen.open(f"#KsefProfile/view/{profile}", '[data-name="ksefTestConnection"]')
    screen.page.click('[data-name="ksefTestConnection"]')
    screen.page.wait_for_selector(f"{REPORT} >> text={STEP[screen.language]}", timeout=60_000)
    said = screen.text_of(REPORT)
    assert "2026-11-29 08:15" in said
    assert "Wystąpiła awaria KSeF" in said
    screen.picture("announced-in-connection-test")


def test_an_error_while_ksef_is_away_tells_it(
    profile: str, announcing: Installation, administrators: dict[str, RestUser], life: Life
) -> None:
    nip = new_nip()
    made = life.records.certificate_profile("Bez KSeF", nip, life.certificate(nip))
    chaos = Chaos(announcing.simulator)
    announced(life.records.user)
    order = {"type": "Offline", "name": "Bez KSeF", "keyAlgorithm": "EC P-256"}
    chaos.begin(away=True)
    try:
        for language, user in administrators.items():
            answer = user.call("POST", f"KsefProfile/{made}/requestCertificate", order)
            assert answer.status == 503, answer.body
            assert answer.codes == ["ksef-unreachable", "announced-since"]
            assert STATUS[language] in answer.message
            assert "Wystąpiła awaria KSeF" in answer.message
    finally:
        chaos.end()


def test_other_extensions_get_it_from_php(
    profile: str, announcing: Installation, espocrm: EspoCrm, root_user: RestUser
) -> None:
    announced(root_user)
    told = espocrm.script("announcements.php", "Test")
    assert (told["status"], told["summary"]) == ("FAILURE", "announced-since")
    assert told["titles"] == ["Wystąpiła awaria KSeF", "Planowana niedostępność KSeF"]
    assert espocrm.script("announcements.php", "Demo")["problem"] == "latarnia-unavailable"
