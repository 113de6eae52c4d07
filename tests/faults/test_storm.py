"""Many logins at once while KSeF changes its keys, counts calls, asks for patience or is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.callers import token_in_the_end
from tests.faults.chaos import (
    CHALLENGE,
    PUBLIC_KEYS,
    REDEEM,
    STATUS,
    SUBMIT_TOKEN,
    Chaos,
    rule,
)
from tests.installation import Installation, difference
from tests.token_profiles import new_token_profiles

PROFILES = 400
CALLERS = 32
PACE = 48
Say = Callable[[str], None]


@pytest.fixture(scope="module")
def installation(new_installation: Callable[[], Installation]) -> Iterator[Installation]:
    """One bridge of four workers for the module."""
    installation = new_installation()
    with installation.running(KSEF_BRIDGE_WORKERS="4"):
        yield installation


@pytest.mark.parametrize("processing_seconds", [0, 1])
def test_many_logins_at_once_stay_below_ksefs_limits(
    installation: Installation, chaos: Chaos, say: Say, processing_seconds: int
) -> None:
    nips = new_token_profiles(installation, f"cold-{processing_seconds}", PROFILES)
    chaos.begin(processingSeconds=processing_seconds)
    before, limited_before = installation.ksef_calls(), chaos.state()["rateLimited"]
    start = time.monotonic()
    answers = storm(installation, list(nips), within=120)
    seconds = time.monotonic() - start
    made = difference(before, installation.ksef_calls())
    say(
        f"{PROFILES} logins, {processing_seconds} s each at KSeF, in {seconds:.1f} s: "
        f"{PROFILES / seconds:.1f} a second, {made[STATUS] / PROFILES:.1f} times asked about each"
    )
    assert len({each["sessionReference"] for each in answers}) == PROFILES
    assert made[REDEEM] == made[CHALLENGE] == PROFILES
    # Each call of a kind has its own pace, and no caller waits for nothing.
    ceiling = max(made[STATUS] / PACE, PROFILES / CALLERS * processing_seconds)
    assert seconds < 1.5 * ceiling + 3
    state = chaos.state()
    assert state["rateLimited"] == limited_before
    assert state["orphans"] == 0
    metrics = installation.call("GET", "/metrics").body.decode()
    assert 'status="202"' in metrics
    assert 'status="429"' not in metrics


def test_every_login_survives_emergency_rotations(
    installation: Installation, chaos: Chaos, say: Say
) -> None:
    nips = new_token_profiles(installation, "rotation", 150)
    before = installation.ksef_calls()
    # The key that a token is encrypted with is gone before it arrives, time and again.
    chaos.begin(
        rule(SUBMIT_TOKEN, "delay", seconds=0.05),
        keyRotation={"kind": "emergency", "everySeconds": 0.4, "usage": "KsefTokenEncryption"},
    )
    answers = storm(installation, list(nips), within=60)
    assert len({each["sessionReference"] for each in answers}) == len(nips)
    made = difference(before, installation.ksef_calls())
    say(f"{len(nips)} logins by {made[SUBMIT_TOKEN]} submissions, {made[PUBLIC_KEYS]} key lists")
    assert made[SUBMIT_TOKEN] > len(nips), "no key was changed under a login"
    for profile, nip in nips.items():
        held = installation.access_token(profile).json["sessionReference"]
        assert [each["referenceNumber"] for each in installation.ksef_sessions(nip)] == [held]


def test_after_a_429_no_worker_calls_before_its_time(
    installation: Installation, chaos: Chaos, say: Say
) -> None:
    nips = new_token_profiles(installation, "patient", 16)
    chaos.begin(rule(CHALLENGE, "rate-limit", retryAfter=4, times=1))
    refused = installation.access_token("patient-0")
    limited_at = time.monotonic()
    assert (refused.status, refused.json["code"]) == (503, "ksef-rate-limited")
    assert 3 <= int(refused.headers["retry-after"]) <= 5
    before = installation.ksef_calls()[CHALLENGE]
    impatient = threading.Event()

    def ask(profile: str) -> None:
        while not impatient.is_set():
            answer = installation.access_token(profile)
            assert answer.status in {200, 503}, answer.json
            time.sleep(0.1)

    with ThreadPoolExecutor(len(nips)) as pool:
        asking = [pool.submit(ask, profile) for profile in nips]
        while installation.ksef_calls()[CHALLENGE] == before:
            assert time.monotonic() < limited_at + 10
            time.sleep(0.02)
        waited = time.monotonic() - limited_at
        impatient.set()
        for each in asking:
            each.result()
    say(f"the next challenge was asked for {waited:.2f} s after the 429 with Retry-After: 4")
    assert waited > 3.9
    assert len({each["sessionReference"] for each in storm(installation, list(nips), 30)}) == 16


def test_ksef_away_for_hours_is_told_promptly_and_its_return_is_noticed_at_once(
    installation: Installation, chaos: Chaos, say: Say
) -> None:
    nips = new_token_profiles(installation, "away", 9)
    *cold, live = nips
    held = installation.access_token(live).json
    chaos.begin(away=True)

    def ask(profile: str) -> float:
        start = time.monotonic()
        answer = installation.access_token(profile)
        seconds = time.monotonic() - start
        assert (answer.status, answer.json["code"]) == (503, "ksef-unreachable")
        assert int(answer.headers["retry-after"]) > 0
        return seconds

    with ThreadPoolExecutor(len(cold)) as pool:
        slowest = max(max(pool.map(ask, cold)) for _ in range(2))
    say(f"KSeF away: told after {slowest:.1f} s at most")
    assert slowest < 4
    assert installation.access_token(live).json == held
    chaos.end()
    start = time.monotonic()
    answer = installation.access_token(cold[0])
    seconds = time.monotonic() - start
    say(f"KSeF back: logged in after {seconds * 1000:.0f} ms")
    assert answer.status == 200, answer.json
    assert seconds < 2
    storm(installation, cold, within=20)
    assert all(len(chaos.live_sessions(nip)) == 1 for nip in nips.values())


def storm(installation: Installation, profiles: list[str], within: float) -> list[dict[str, str]]:
    """All profiles' tokens, asked for by many callers at once."""
    with ThreadPoolExecutor(CALLERS) as pool:
        return list(
            pool.map(lambda each: token_in_the_end(installation, each, within=within), profiles)
        )
