"""An API key with a rate: counted over all workers, told in words, in nobody else's way."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.api.call_rates import FILE_NAME, CallRates
from bridge.ksef.schedules import Schedule, Schedules
from tests.installation import Installation
from tests.processes import Answer, RunningCommand


@pytest.fixture(scope="module")
def bridge(artifacts: Path, simulator: RunningCommand) -> Iterator[Installation]:
    installation = Installation.create(artifacts / "installation-key-rate", simulator)
    with installation.running(KSEF_BRIDGE_WORKERS="3"):
        yield installation


def asked(bridge: Installation, key: str, times: int = 1, **headers: str) -> list[Answer]:
    sent = {"Authorization": f"Bearer {key}", **headers}
    with ThreadPoolExecutor(12) as threads:
        return list(threads.map(lambda _: bridge.call("GET", "/v1/info", **sent), range(times)))


def served(answers: list[Answer]) -> int:
    assert {each.status for each in answers} <= {200, 429}
    return sum(each.status == 200 for each in answers)


def test_calls_beyond_the_rate_are_refused_whichever_worker_they_reach(
    bridge: Installation,
) -> None:
    key = bridge.new_api_key_with("--calls-per-minute", "60")
    begun = time.monotonic()
    answers = asked(bridge, key, 60)
    seconds = time.monotonic() - begun
    # Three workers that count apart let in 30 at once.
    assert 10 <= served(answers) <= 11 + seconds
    assert served(asked(bridge, bridge.api_key, 30)) == 30
    assert served(asked(bridge, bridge.new_api_key_with("--calls-per-minute", "60"), 10)) == 10


def test_a_call_is_served_after_the_seconds_that_the_refusal_names(bridge: Installation) -> None:
    key = bridge.new_api_key_with("--calls-per-minute", "20")
    assert served(asked(bridge, key, 4)) == 3
    (refused,) = asked(bridge, key)
    wait = int(refused.headers["retry-after"])
    assert refused.json["params"] == {"count": 20, "seconds": wait}
    assert 1 <= wait <= 3
    time.sleep(wait)
    assert served(asked(bridge, key)) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "has used up its rate (calls a minute: 1). Call again in"),
        ("pl", "wyczerpał swój limit (wywołań na minutę: 1). Ponów wywołanie za"),
    ],
)
def test_the_refusal_says_what_to_do(bridge: Installation, language: str, words: str) -> None:
    key = bridge.new_api_key_with("--calls-per-minute", "1")
    asked(bridge, key)
    (refused,) = asked(bridge, key, 1, **{"Accept-Language": language})
    assert (refused.status, refused.json["code"]) == (429, "api-key-rate-exceeded")
    assert words in refused.json["detail"]
    assert "ksef-bridge keys new-api" in refused.json["detail"]
    assert 50 < int(refused.headers["retry-after"]) <= 60


def test_a_runtime_folder_that_cannot_be_used_stops_nobody(bridge: Installation) -> None:
    key = bridge.new_api_key_with("--calls-per-minute", "60")
    file = Path(bridge.environment["KSEF_BRIDGE_RUNTIME_FOLDER"], FILE_NAME)
    asked(bridge, key)
    file.unlink()
    file.mkdir()
    try:
        # Each worker counts for itself.
        assert 10 <= served(asked(bridge, key, 60)) <= 40
    finally:
        shutil.rmtree(file)
    log = (bridge.folder / "bridge.log").read_text("utf-8").splitlines()
    told = [json.loads(line)["event"] for line in log if line.startswith("{")]
    assert 1 <= told.count("api-key-rates-not-shared") <= 3


def test_a_clock_that_was_set_back_locks_no_key_out(tmp_path: Path) -> None:
    Schedules(tmp_path / FILE_NAME).update("a", an_hour_ahead)
    rates = CallRates(tmp_path)
    assert rates.seconds_until_next("a", 1) == 0
    assert 59 <= rates.seconds_until_next("a", 1) <= 60


def an_hour_ahead(_schedule: Schedule, now: int) -> tuple[Schedule, None]:
    return Schedule(next_call=now + 3600 * 10**9), None
