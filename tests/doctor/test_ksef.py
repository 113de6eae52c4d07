"""Why KSeF is away, and what is odd about its answers."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from bridge.settings import PREFIX
from tests.doctor.examined_company import Company, Problems, Report, examined, run
from tests.ksef.scripted_server import Received, Reply, json_reply, scripted_server
from tests.processes import free_port


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://ksef.invalid/v2", "ksef-name-not-resolved"),
        ("https://127.0.0.1:1/v2", "ksef-connection-failed"),
        ("https://127.0.0.1:{simulator}/v2", "ksef-tls-failed"),
    ],
)
def test_why_ksef_is_away_is_told_apart(company: Company, url: str, code: str) -> None:
    report = examined(company, KSEF_URL_TEST=url.format(simulator=company.simulator.port))
    assert report.problems == {("ksef-test", "failed", code)}


def test_a_proxy_that_is_away(company: Company) -> None:
    proxied = {**company.environment, "HTTPS_PROXY": f"http://127.0.0.1:{free_port()}"}
    proxied[PREFIX + "KSEF_URL_TEST"] = "https://ksef.invalid/v2"
    exit_code, output = run(proxied, company.folder, "--json")
    assert exit_code == 2
    assert Report(exit_code, json.loads(output)).problems == {
        ("ksef-test", "failed", "ksef-proxy-failed")
    }


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        (Reply(503), "failed", "ksef-unavailable"),
        (Reply(429, headers={"Retry-After": "30"}), "warning", "ksef-rate-limited"),
        (Reply(200, b"<html>"), "failed", "ksef-answer-unreadable"),
        (json_reply([{}]), "failed", "ksef-answer-unreadable"),
        (Reply(403), "failed", "ksef-refused"),
        (Reply(closes=True), "failed", "ksef-connection-lost"),
    ],
)
def test_odd_answers_of_ksef(company: Company, reply: Reply, status: str, code: str) -> None:
    with scripted_server(reply) as ksef:
        report = examined(company, KSEF_URL_TEST=ksef.url)
    assert report.problems == {("ksef-test", status, code)}
    assert len(ksef.received) == 1, "nothing is asked again"


@pytest.mark.parametrize(
    ("seconds", "problems"),
    [
        (1, set()),
        (10, {("ksef-test-clock", "warning", "ksef-clock-differs")}),
        (-10, {("ksef-test-clock", "warning", "ksef-clock-differs")}),
        (90, {("ksef-test-clock", "failed", "ksef-clock-wrong")}),
    ],
)
def test_a_clock_that_is_not_ksefs(company: Company, seconds: int, problems: Problems) -> None:
    path = "/security/public-key-certificates"
    certificates = company.simulator.call("GET", f"/v2{path}").json

    def answer(request: Received) -> Reply:
        if request.path.endswith(path):
            return json_reply(certificates)
        now = datetime.now(UTC) + timedelta(seconds=seconds)
        # A slow way, of which half is no difference of clocks.
        time.sleep(0.5)
        return json_reply(
            {
                "challenge": "20261124-CR-20F5EE4000-DA48AE4124-46",
                "timestamp": (now + timedelta(seconds=0.25)).isoformat(),
                "timestampMs": int((now + timedelta(seconds=0.25)).timestamp() * 1000),
                "clientIp": "127.0.0.1",
            }
        )

    with scripted_server(answer) as ksef:
        report = examined(company, KSEF_URL_TEST=ksef.url)
    assert report.problems == problems
    told = float(report.result("ksef-test-clock")["params"]["seconds"])
    assert told == pytest.approx(seconds, abs=0.2)


def test_ksef_without_a_key_to_encrypt_with(company: Company) -> None:
    challenge = company.simulator.call("POST", "/v2/auth/challenge").json
    with scripted_server(
        lambda request: json_reply([] if request.method == "GET" else challenge)
    ) as ksef:
        report = examined(company, KSEF_URL_TEST=ksef.url)
    assert ("ksef-test-public-key", "failed", "ksef-public-key-missing") in report.problems


def test_all_environments_are_asked_on_request(company: Company) -> None:
    report = examined(company, "--all-environments")
    assert report.problems == {
        ("ksef-demo", "failed", "ksef-connection-failed"),
        ("ksef-production", "failed", "ksef-connection-failed"),
    }
    assert report.result("ksef-test")["status"] == "ok"
