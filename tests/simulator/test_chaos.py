"""The simulator misbehaves on request, seen by a client over HTTP."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bridge.simulator.chaos import Chaos, Misbehaviour
from tests.processes import RunningCommand, free_port, running
from tests.simulator.remote_ksef import RemoteKsef, refusal

REDEEM = "POST /auth/token/redeem"
NEW_FORMAT = {"X-Error-Format": "problem-details"}
LONG = 60


def _start(artifacts: Path) -> Iterator[RunningCommand]:
    port = free_port()
    log = artifacts / f"simulator-of-chaos-{port}.log"
    with running(["simulator", "--port", str(port)], port, log) as process:
        yield process
    assert log.read_text().count("\n") == 1, "it says where it listens, and nothing else"


@pytest.fixture(scope="module")
def process(artifacts: Path) -> Iterator[RunningCommand]:
    """A simulator for this file alone."""
    yield from _start(artifacts)


@pytest.fixture
def own_process(artifacts: Path) -> Iterator[RunningCommand]:
    """A simulator for one test alone."""
    yield from _start(artifacts)


@pytest.fixture
def ksef(process: RunningCommand) -> Iterator[RemoteKsef]:
    ksef = RemoteKsef(process)
    yield ksef
    ksef.misbehave()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(100) as pool:
        yield pool


@pytest.mark.parametrize(
    ("rule", "status", "headers", "members"),
    [
        (
            {"effect": "server-error"},
            503,
            {"content-type": "application/problem+json"},
            {"title": "Service Unavailable", "status": 503, "instance": "/v2/auth/token/redeem"},
        ),
        (
            {"effect": "server-error", "status": 520, "retryAfter": 7},
            520,
            {"content-type": "application/problem+json", "retry-after": "7"},
            {"status": 520},
        ),
        (
            {"effect": "rate-limit"},
            429,
            {"content-type": "application/json", "retry-after": "1"},
            {
                "status": {
                    "code": 429,
                    "description": "Too Many Requests",
                    "details": ["Przekroczono limit żądań. Spróbuj ponownie po 1 sekundach."],
                }
            },
        ),
        ({"effect": "rate-limit", "retryAfter": 30}, 429, {"retry-after": "30"}, {}),
        (
            {"effect": "forbid", "reasonCode": "security-service-blocked"},
            403,
            {"content-type": "application/problem+json"},
            {"reasonCode": "security-service-blocked", "status": 403},
        ),
        ({"effect": "unauthorized"}, 401, {}, {"title": "Unauthorized"}),
        ({"effect": "gone"}, 410, {}, {"title": "Gone"}),
    ],
    ids=lambda value: value["effect"] if isinstance(value, dict) and "effect" in value else None,
)
def test_a_call_is_answered_without_being_processed(
    ksef: RemoteKsef,
    rule: dict[str, Any],
    status: int,
    headers: dict[str, str],
    members: dict[str, Any],
) -> None:
    login = ksef.start()
    calls = ksef.state()["calls"].get(REDEEM, 0)
    ksef.misbehave(rules=[{"call": REDEEM, **rule}])
    answer = ksef.redeem(login)
    assert answer.status == status
    assert answer.headers.items() >= headers.items()
    assert answer.json.items() >= members.items()
    assert ksef.state()["calls"][REDEEM] == calls + 1
    assert not ksef.is_redeemed(login)
    ksef.misbehave()
    assert ksef.redeem(login).status == 200


def test_a_page_of_maintenance_is_no_json(ksef: RemoteKsef) -> None:
    rule = {"effect": "server-error", "status": 502, "html": True, "retryAfter": 9}
    ksef.misbehave(rules=[rule])
    answer = ksef.call("POST", "/auth/challenge")
    assert (answer.status, answer.headers["retry-after"]) == (502, "9")
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>Przerwa techniczna</h1>" in answer.body.decode()


def test_a_refusal_comes_in_both_formats(ksef: RemoteKsef) -> None:
    exception = {"code": 21304, "description": "Brak uwierzytelnienia.", "details": ["Ślad."]}
    ksef.misbehave(rules=[{"call": REDEEM, "effect": "refuse", "exception": exception}])
    login = ksef.start()
    old = ksef.redeem(login)
    assert refusal(old) == (21304, ["Ślad."])
    [entry] = old.json["exception"]["exceptionDetailList"]
    assert entry["exceptionDescription"] == "Brak uwierzytelnienia."
    new = ksef.redeem(login, headers=NEW_FORMAT)
    assert new.headers["content-type"] == "application/problem+json"
    assert new.json["errors"] == [exception]
    assert not ksef.is_redeemed(login)


@pytest.mark.parametrize(("effect", "processed"), [("drop-request", False), ("drop-answer", True)])
def test_a_dropped_call_has_no_answer(ksef: RemoteKsef, effect: str, *, processed: bool) -> None:
    login = ksef.start()
    calls = ksef.state()["calls"].get(REDEEM, 0)
    ksef.misbehave(rules=[{"call": REDEEM, "effect": effect, "times": 1}])
    with pytest.raises(http.client.RemoteDisconnected):
        ksef.redeem(login)
    assert ksef.is_redeemed(login) is processed
    assert ksef.state()["calls"][REDEEM] == calls + 1
    second = ksef.redeem(login)
    if processed:
        assert refusal(second)[0] == 21301
    else:
        assert second.status == 200


def test_a_dropped_request_is_read_to_its_end(ksef: RemoteKsef) -> None:
    """Else the connection would be reset while the client still writes."""
    ksef.misbehave(rules=[{"effect": "drop-request"}])
    with pytest.raises(http.client.RemoteDisconnected):
        ksef.call("POST", "/auth/ksef-token", body=b"x" * 4_900_000)


@pytest.mark.parametrize(
    ("effect", "processed_while_held", "answered"),
    [
        ("delay", False, True),
        ("delay-answer", True, True),
        ("drop-request", False, False),
        ("drop-answer", True, False),
    ],
)
def test_a_held_call_goes_on_when_the_misbehaviour_ends(
    ksef: RemoteKsef,
    threads: ThreadPoolExecutor,
    effect: str,
    *,
    processed_while_held: bool,
    answered: bool,
) -> None:
    login = ksef.start()
    ksef.misbehave(rules=[{"call": REDEEM, "effect": effect, "seconds": LONG}])
    redeemed = threads.submit(ksef.redeem, login)
    ksef.wait_until_held(redeem=1)
    assert ksef.state()["held"] == {REDEEM: 1}
    assert ksef.is_redeemed(login) is processed_while_held
    assert not redeemed.done()
    ended_at = time.monotonic()
    ksef.misbehave()
    if answered:
        assert redeemed.result(timeout=5).status == 200
    else:
        assert isinstance(redeemed.exception(timeout=5), http.client.RemoteDisconnected)
    assert time.monotonic() - ended_at < 5
    assert ksef.state()["held"] == {}
    assert ksef.is_redeemed(login) is (processed_while_held or answered)


@pytest.mark.parametrize("effect", ["delay", "delay-answer", "server-error", "drop-answer"])
def test_a_call_is_held_as_long_as_was_said(ksef: RemoteKsef, effect: str) -> None:
    ksef.misbehave(rules=[{"call": "POST /auth/challenge", "effect": effect, "seconds": 0.4}])
    began = time.monotonic()
    if effect == "drop-answer":
        with pytest.raises(http.client.RemoteDisconnected):
            ksef.call("POST", "/auth/challenge")
    else:
        ksef.call("POST", "/auth/challenge")
    assert 0.4 <= time.monotonic() - began < 3


def test_sixty_four_held_calls_leave_room_for_others(
    ksef: RemoteKsef, threads: ThreadPoolExecutor
) -> None:
    keys = "GET /security/public-key-certificates"
    ksef.process.call("PUT", "/_simulator/limits", json_body={"enabled": False})
    ksef.misbehave(rules=[{"call": keys, "effect": "delay", "seconds": LONG}])
    waiting = [threads.submit(ksef.public_keys) for _ in range(64)]
    ksef.wait_for(lambda: ksef.state()["held"] == {keys: 64})
    assert ksef.call("POST", "/auth/challenge").status == 200
    ksef.misbehave()
    assert all(len(answer.result(timeout=10)) == 1 for answer in waiting)
    ksef.process.call("PUT", "/_simulator/limits", json_body={"enabled": True})


def test_a_call_whose_client_died_is_processed_all_the_same(ksef: RemoteKsef) -> None:
    login = ksef.start()
    ksef.misbehave(rules=[{"call": REDEEM, "effect": "delay", "seconds": LONG}])
    request = (
        f"POST /v2/auth/token/redeem HTTP/1.1\r\nHost: ksef\r\nContent-Length: 0\r\n"
        f"Authorization: Bearer {login.token}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", ksef.process.port)) as connection:
        connection.sendall(request.encode())
        ksef.wait_until_held(redeem=1)
    assert not ksef.is_redeemed(login)
    ksef.misbehave()
    ksef.wait_for(lambda: ksef.is_redeemed(login))


def test_the_first_rule_that_is_not_used_up_applies(ksef: RemoteKsef) -> None:
    rules: list[dict[str, Any]] = [
        {"call": REDEEM, "effect": "gone"},
        {"call": "POST /auth/challenge", "effect": "unauthorized", "times": 2},
        {"call": "POST /auth/challenge", "effect": "server-error", "times": 1, "retryAfter": 3},
        {"call": "POST /auth/challenge", "effect": "gone", "probability": 0.0},
    ]
    ksef.misbehave(rules=rules)
    assert ksef.misbehaviour() == {"rules": rules}
    answers = [ksef.call("POST", "/auth/challenge").status for _ in range(4)]
    assert answers == [401, 401, 503, 200]
    left = [rules[0], {**rules[1], "times": 0}, {**rules[2], "times": 0}, rules[3]]
    assert ksef.misbehaviour() == {"rules": left}
    ksef.misbehave(**ksef.misbehaviour())
    assert ksef.call("POST", "/auth/challenge").status == 200, "what is answered can be put back"
    ksef.misbehave()
    assert ksef.misbehaviour() == {}


def test_a_rule_without_a_call_is_for_all_of_the_api_alone(ksef: RemoteKsef) -> None:
    ksef.misbehave(rules=[{"effect": "gone"}])
    paths = ("/auth/challenge", "/auth/token/refresh", "/nowhere")
    assert [ksef.call("POST", path).status for path in paths] == [410] * 3
    assert ksef.state()["orphans"] == 0


def test_while_ksef_is_away_every_connection_is_lost(ksef: RemoteKsef) -> None:
    login = ksef.start()
    ksef.misbehave(away=True)
    for method, path in (("POST", "/auth/challenge"), ("GET", "/tokens"), ("GET", "/nowhere")):
        with pytest.raises(http.client.RemoteDisconnected):
            ksef.call(method, path)
    with pytest.raises(http.client.RemoteDisconnected):
        ksef.redeem(login)
    assert ksef.misbehaviour() == {"away": True}
    ksef.misbehave()
    assert ksef.redeem(login).status == 200


def test_logins_end_as_told_whatever_the_credential(ksef: RemoteKsef) -> None:
    blocked = {"code": 480, "description": "Uwierzytelnienie zablokowane", "details": ["Powód."]}
    ksef.misbehave(loginStatus={**blocked, "times": 1})
    refused, accepted = ksef.start(), ksef.start()
    assert ksef.status(refused)["status"] == blocked
    assert refusal(ksef.redeem(refused))[0] == 21301
    assert ksef.status(accepted)["status"]["code"] == 200
    assert ksef.misbehaviour() == {"loginStatus": {**blocked, "times": 0}}
    ksef.misbehave(loginStatus={"code": 550, "description": "Anulowane przez system"})
    codes = [ksef.status(ksef.start())["status"]["code"] for _ in range(3)]
    assert codes == [550] * 3


def test_a_login_is_in_progress_as_long_as_told(ksef: RemoteKsef) -> None:
    ksef.misbehave(processingSeconds=0.5)
    began = time.monotonic()
    login = ksef.start()
    assert ksef.status(login)["status"]["code"] == 100
    ksef.wait_for(lambda: ksef.status(login)["status"]["code"] == 200)
    assert time.monotonic() - began >= 0.5
    ksef.misbehave(processingSeconds=3600)
    slow = ksef.start()
    assert refusal(ksef.redeem(slow))[0] == 21301
    ksef.misbehave()
    assert ksef.redeem(slow).status == 200, "no misbehaviour outlives its end"


def test_a_login_may_not_be_ready_after_success(ksef: RemoteKsef) -> None:
    ksef.misbehave(notReadyAfterSuccess=2)
    login = ksef.start()
    for _ in range(2):
        code, [detail] = refusal(ksef.redeem(login))
        assert code == 21301
        assert detail == (
            f"Operacja uwierzytelniania {login.reference_number} nie jest w stanie umożliwiającym "
            "pobranie tokenów."
        )
        status = ksef.status(login)
        assert (status["status"]["code"], status["isTokenRedeemed"]) == (200, False)
    assert ksef.misbehaviour() == {"notReadyAfterSuccess": 0}
    assert ksef.redeem(login).status == 200


def test_after_an_emergency_the_old_key_is_unknown(ksef: RemoteKsef) -> None:
    [old] = ksef.public_keys()
    ksef.misbehave(keyRotation={"kind": "emergency", "everySeconds": 0.2})
    time.sleep(0.2)
    answer = ksef.submit(old)
    assert refusal(answer)[0] == 21470
    ksef.wait_for(lambda: old not in (keys := ksef.public_keys()) and len(keys) == 1)
    ksef.misbehave()
    [last] = ksef.public_keys()
    assert ksef.submit(last).status == 202
    time.sleep(0.25)
    assert ksef.public_keys() == [last], "no rotation outlives the misbehaviour"


def test_a_planned_rotation_keeps_the_key_before(ksef: RemoteKsef) -> None:
    [first] = ksef.public_keys()
    ksef.misbehave(keyRotation={"kind": "planned", "everySeconds": 0.01})
    seen = [first]
    for _ in range(5):
        time.sleep(0.02)
        before, newest = ksef.public_keys()
        assert before == seen[-1]
        assert newest["validFrom"] > before["validFrom"]
        assert newest["publicKeyId"] not in {key["publicKeyId"] for key in seen}
        seen.append(newest)
    ksef.misbehave()
    assert refusal(ksef.submit(first))[0] == 21470
    assert [ksef.submit(key).status for key in seen[-2:]] == [202, 202]
    ksef.process.call("POST", "/_simulator/keys", json_body={"action": "withdraw-old"})


def test_the_limits_own_refusals_are_counted(own_process: RunningCommand) -> None:
    ksef = RemoteKsef(own_process)
    ksef.misbehave(rules=[{"effect": "rate-limit", "times": 1}])
    assert ksef.call("GET", "/tokens").status == 429
    assert ksef.state()["rateLimited"] == 0
    answers = [ksef.call("GET", "/tokens").status for _ in range(10)]
    assert answers == [401] * 9 + [429]
    assert ksef.state()["rateLimited"] == 1
    ksef.misbehave(away=True)
    with pytest.raises(http.client.RemoteDisconnected):
        ksef.call("GET", "/tokens")
    assert ksef.state()["rateLimited"] == 1


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=lambda stop: stop.name)
def test_held_calls_do_not_keep_it_from_stopping(
    own_process: RunningCommand, threads: ThreadPoolExecutor, stop: signal.Signals
) -> None:
    ksef = RemoteKsef(own_process)
    ksef.misbehave(rules=[{"effect": "drop-request", "seconds": LONG}])
    call = threads.submit(ksef.call, "POST", "/auth/challenge")
    ksef.wait_until_held(challenge=1)
    own_process.process.send_signal(stop)
    assert own_process.process.wait(timeout=6) == 0
    assert isinstance(call.exception(), http.client.RemoteDisconnected)


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ({"rules": [{"effect": "gone"}, {"effect": "explode"}]}, "rules.1.effect"),
        ({"rules": [{"call": "POST /auth/challenge"}]}, "rules.0.effect"),
        ({"rules": [{"call": "POST /auth/nowhere", "effect": "gone"}]}, "rules.0.call"),
        ({"rules": [{"call": "POST /v2/auth/challenge", "effect": "gone"}]}, "rules.0.call"),
        ({"rules": [{"effect": "gone", "time": 1}]}, "rules.0.time"),
        ({"rules": [{"effect": "gone", "times": -1}]}, "rules.0.times"),
        ({"rules": [{"effect": "gone", "times": "1"}]}, "rules.0.times"),
        ({"rules": [{"effect": "gone", "probability": 1.1}]}, "rules.0.probability"),
        ({"rules": [{"effect": "server-error", "status": 200}]}, "rules.0.status"),
        ({"rules": [{"effect": "delay"}]}, "rules.0"),
        ({"rules": [{"effect": "delay", "seconds": -1}]}, "rules.0.seconds"),
        ({"rules": [{"effect": "refuse"}]}, "rules.0"),
        ({"rules": [{"effect": "refuse", "exception": {"code": 1}}]}, "rules.0.exception.desc"),
        ({"rules": [{"effect": "forbid"}]}, "rules.0"),
        ({"rules": {}}, "rules"),
        ({"away": "yes"}, "away"),
        ({"faraway": True}, "faraway"),
        ({"processingSeconds": -1}, "processingSeconds"),
        ({"notReadyAfterSuccess": 1.5}, "notReadyAfterSuccess"),
        ({"loginStatus": {"code": 200, "description": "Sukces"}}, "loginStatus"),
        ({"loginStatus": {"description": "?"}}, "loginStatus.code"),
        ({"keyRotation": {"kind": "planned", "everySeconds": 0}}, "keyRotation.everySeconds"),
        ({"keyRotation": {"kind": "sudden", "everySeconds": 1}}, "keyRotation.kind"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_a_bad_wish_is_refused_and_changes_nothing(
    ksef: RemoteKsef, wish: dict[str, Any], place: str
) -> None:
    ksef.misbehave(notReadyAfterSuccess=1)
    answer = ksef.process.call("PUT", "/_simulator/chaos", json_body=wish)
    code, [detail] = refusal(answer)
    assert code == 21405
    assert detail.startswith(place), detail
    assert ksef.misbehaviour() == {"notReadyAfterSuccess": 1}


def test_a_rule_applies_as_often_as_it_is_probable() -> None:
    chances = iter([0.24, 0.25, 0.1, 0.99])
    wish = {"rules": [{"effect": "gone", "probability": 0.25, "times": 3}]}
    chaos = Chaos(Misbehaviour.model_validate_json(json.dumps(wish)), lambda: next(chances))
    applied = [chaos.rule_for("GET /tokens") is not None for _ in range(4)]
    assert applied == [True, False, True, False]
    assert chaos.wish.as_json()["rules"][0]["times"] == 1
