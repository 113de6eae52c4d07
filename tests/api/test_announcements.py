"""What KSeF announces over the API: nobody waits for it, and it is told where KSeF is away."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.announcements.played_latarnia import FAILURE, MAINTENANCE, latarnia
from tests.api.in_process import in_process
from tests.installation import Installation, new_nip
from tests.ksef.scripted_server import Received, Reply, ScriptedServer, scripted_server
from tests.processes import RunningCommand

PATH = "/v1/environments/Test/announcements"
_number = itertools.count(1)


@dataclass
class Played:
    """A KSeF that is away and a Latarnia beside it, and the bridge that meets them."""

    client: FlaskClient
    latarnia: ScriptedServer
    ksef: ScriptedServer
    answers: dict[str, Callable[[Received], Reply]] = field(repr=False)

    def announce(self, status: Any, messages: Any) -> None:
        self.answers["latarnia"] = latarnia(status, messages)

    def get(self, path: str = PATH, language: str = "en") -> Any:
        answer = self.client.get(path, headers={"Accept-Language": language})
        assert answer.status_code == 200, answer.json
        return answer.json

    def known(self) -> Any:
        """What is told once nobody is asking any more."""
        end = time.monotonic() + 15
        while (answer := self.get())["asking"]:
            assert time.monotonic() < end
            time.sleep(0.02)
        return answer


@pytest.fixture
def played(artifacts: Path, simulator: RunningCommand) -> Iterator[Played]:
    answers: dict[str, Callable[[Received], Reply]] = {
        "latarnia": latarnia({"status": "AVAILABLE"}, []),
        "ksef": lambda _request: Reply(503),
    }
    with (
        scripted_server(lambda request: answers["latarnia"](request)) as beside,
        scripted_server(lambda request: answers["ksef"](request)) as ksef,
    ):
        folder = artifacts / f"installation-announcements-{next(_number)}"
        installation = Installation.create(folder, simulator)
        client = in_process(
            installation,
            KSEF_BRIDGE_KSEF_URL_TEST=ksef.url,
            KSEF_BRIDGE_LATARNIA_URL_TEST=f"http://127.0.0.1:{beside.port}/latarnia/test",
        )
        _add_profile(installation, client)
        yield Played(client, beside, ksef, answers)


def _add_profile(installation: Installation, client: FlaskClient) -> None:
    nip = new_nip()
    token = installation.new_ksef_token(nip)
    inspected = client.post("/v1/tokens/inspect", json={"token": token, "environment": "Test"})
    assert inspected.json is not None
    installation.add_profile(
        "away", nip, authorization_type="Token", token_sealed=inspected.json["sealed"]
    )


def test_the_first_answer_is_there_at_once_and_knows_nothing_yet(played: Played) -> None:
    played.answers["latarnia"] = lambda _request: Reply(before=lambda: time.sleep(6))
    start = time.monotonic()
    for _ in range(3):
        told = played.get()
        assert (told["status"], told["messages"], told["asking"]) == (None, [], True)
        assert (told["problem"], told["answeredAt"], told["summary"]) == (None, None, None)
        assert told["askedAt"].endswith("Z")
    assert time.monotonic() - start < 1


def test_what_is_announced_is_told_in_words_and_as_it_came(played: Played) -> None:
    played.announce({"status": "MAINTENANCE", "messages": [MAINTENANCE]}, [MAINTENANCE, FAILURE])
    told = played.known()
    assert told["status"] == "MAINTENANCE"
    assert told["messages"][0] == {
        **MAINTENANCE,
        "start": "2026-11-29T19:00:00Z",
        "end": "2026-11-30T03:00:00Z",
        "published": "2026-11-20T08:00:00Z",
        "isCurrent": True,
    }
    assert [each["isCurrent"] for each in told["messages"]] == [True, False]
    assert told["answeredAt"] == told["askedAt"]
    assert told["summary"]["code"] == "announced-until"
    assert "unavailable for maintenance from 2026-11-29 20:00" in told["summary"]["message"]
    polish = played.get(language="pl")["summary"]["message"]
    assert "niedostępność (prace serwisowe) od 2026-11-29 20:00 do 2026-11-30 04:00" in polish


def test_a_latarnia_that_is_away_is_told(played: Played) -> None:
    played.answers["latarnia"] = lambda _request: Reply(502)
    told = played.known()
    assert (told["status"], told["summary"]) == (None, None)
    assert told["problem"]["code"] == "latarnia-unavailable"
    assert "HTTP 502" in told["problem"]["message"]
    played.known()
    assert len(played.latarnia.received) == 1


def test_an_environment_that_asks_nobody_says_so(played: Played) -> None:
    told = played.get("/v1/environments/Demo/announcements")
    assert (told["problem"]["code"], told["askedAt"]) == ("latarnia-off", None)
    assert "KSEF_BRIDGE_LATARNIA_URL_TEST" in told["problem"]["message"]


def test_there_are_three_environments(played: Played) -> None:
    answer = played.client.get("/v1/environments/Live/announcements")
    assert (answer.status_code, answer.json and answer.json["code"]) == (422, "request-invalid")


@pytest.mark.parametrize("scope", ["token", "inspect", "administer"])
def test_any_key_may_ask_and_nobody_without(
    scope: str, played: Played, artifacts: Path, simulator: RunningCommand
) -> None:
    installation = Installation.create(artifacts / f"announcements-{scope}", simulator)
    client = in_process(installation)
    key = installation.new_api_key(scope)
    assert client.get(PATH, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert client.get(PATH, headers={"Authorization": "Bearer nobody"}).status_code == 401


def access_token(played: Played, language: str = "en") -> Any:
    path = "/v1/profiles/away/access-token"
    answer = played.client.post(path, json={}, headers={"Accept-Language": language})
    assert answer.status_code == 503
    return answer.json


def test_a_call_that_fails_lets_latarnia_be_asked(played: Played) -> None:
    played.announce({"status": "TOTAL_FAILURE", "messages": [FAILURE]}, [])

    def until_latarnia_has_answered() -> None:
        end = time.monotonic() + 5
        while not played.latarnia.received and time.monotonic() < end:
            time.sleep(0.02)
        played.known()

    # Latarnia is asked when the first call fails, not only when KSeF is given up.
    away = iter([Reply(503), Reply(503, before=until_latarnia_has_answered)])
    played.answers["ksef"] = lambda _request: next(away, Reply(503))
    assert access_token(played)["announced"]["code"] == "announced-since"
    assert played.known()["status"] == "TOTAL_FAILURE"
    assert sum(each.path.endswith("/status") for each in played.latarnia.received) == 1
    for language, since in (
        ("en", "total failure since 2026-11-29 13:27"),
        ("pl", "awaria całkow"),
    ):
        problem = access_token(played, language)
        assert problem["code"] == "ksef-unavailable"
        assert problem["announced"]["code"] == "announced-since"
        assert problem["announced"]["params"]["announcedStatus"] == "TOTAL_FAILURE"
        assert since in problem["detail"]
        assert problem["detail"].endswith(problem["announced"]["message"])


def test_an_error_that_is_not_about_ksef_says_nothing_of_it(played: Played) -> None:
    played.known()
    played.answers["ksef"] = lambda _request: Reply(429, headers={"Retry-After": "1"})
    limited = access_token(played)
    assert limited["code"] == "ksef-rate-limited"
    assert "announced" not in limited
    answer = played.client.post("/v1/profiles/nobody/access-token", json={})
    assert answer.status_code == 404
    assert answer.json is not None
    assert "announced" not in answer.json


def connection_test(played: Played) -> dict[str, Any]:
    answer = played.client.post("/v1/profiles/away/connection-test", json={})
    assert answer.status_code == 200
    outcome: dict[str, Any] | None = answer.json
    assert outcome is not None
    return outcome


@pytest.mark.parametrize(
    ("status", "step", "code"),
    [("AVAILABLE", "ok", "announced-nothing"), ("FAILURE", "warning", "announced-status")],
)
def test_a_connection_test_tells_it_beside_the_step_that_failed(
    played: Played, status: str, step: str, code: str
) -> None:
    played.announce({"status": status}, [])
    played.known()
    outcome = connection_test(played)
    assert not outcome["ok"]
    told = {each["name"]: each for each in outcome["steps"]}
    names = [each["name"] for each in outcome["steps"]]
    assert names[:4] == ["profile", "credential", "ksef", "announcements"]
    assert (told["ksef"]["status"], told["ksef"]["code"]) == ("failed", "ksef-unavailable")
    assert (told["announcements"]["status"], told["announcements"]["code"]) == (step, code)
    assert told["announcements"]["message"]


def test_a_connection_test_says_nothing_of_what_is_not_known(played: Played) -> None:
    played.answers["latarnia"] = lambda _request: Reply(403)
    played.known()
    assert "announcements" not in {each["name"] for each in connection_test(played)["steps"]}


def test_a_page_is_named_where_there_is_a_site(
    played: Played, artifacts: Path, simulator: RunningCommand
) -> None:
    installation = Installation.create(artifacts / "announcements-site", simulator)
    site = {"KSEF_BRIDGE_DOCUMENTATION_URL": "https://docs.example"}
    told = in_process(installation, **site).get(PATH).json
    assert told is not None
    assert told["problem"]["documentation"] == "https://docs.example/messages/latarnia-off/"
