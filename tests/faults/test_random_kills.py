"""Two hundred kills at random moments: each time the next token comes soon, and nothing is left.

Several bridges with databases of their own are tormented side by side, since most of the time goes
by in waiting for a dead holder's lease. `KSEF_FAULTS_SEED` repeats the choices of an earlier run.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.callers import token_in_the_end
from tests.faults.chaos import REDEEM, Chaos, rule
from tests.faults.killing import MortalBridge, open_call
from tests.faults.profiles import METHODS, change_credential, new_profile
from tests.installation import Installation

KILLS = 200
BRIDGES = 8
# Of every so many kills one is of the whole bridge, the others are of the worker that was asked.
WHOLE_BRIDGE = 5

LOGIN_BY_TOKEN = "login by token"
LOGIN_BY_CERTIFICATE = "login by certificate"
REFRESH = "refresh"
OTHER_CREDENTIAL = "login with another credential"
WORK = (LOGIN_BY_TOKEN, LOGIN_BY_CERTIFICATE, REFRESH, OTHER_CREDENTIAL)


@dataclass
class Outcome:
    """What the kills hit, and the longest seconds from a kill to the next token.

    The start of another bridge is not counted.
    """

    hit: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    failed: threading.Event = field(default_factory=threading.Event)

    def note(self, hit: str, bridge: MortalBridge) -> None:
        now = time.monotonic()
        with self.lock:
            self.hit[hit] += 1
            self.slowest = max(self.slowest, now - bridge.killed_at)


@dataclass
class Victim:
    """A bridge with one profile at a time, which is killed while it works for that."""

    bridge: MortalBridge
    chaos: Chaos
    folder: Path
    random: random.Random
    # Held by the one that starts its bridge: a start takes a processor for a second.
    starting: threading.Lock
    # How long each work takes about when nobody disturbs it, in seconds.
    durations: dict[str, float] = field(default_factory=dict)
    rounds: int = 0

    @property
    def installation(self) -> Installation:
        return self.bridge.installation

    def start(self) -> None:
        """Start, and do each work once undisturbed."""
        with self.starting:
            self.bridge.start()
        for work in WORK:
            profile, _ = self.prepared(work)
            start = time.monotonic()
            token_in_the_end(self.installation, profile, force_refresh=work == REFRESH)
            self.durations[work] = time.monotonic() - start

    def round(self, outcome: Outcome) -> None:
        """One kill, and what must follow."""
        work = self.random.choice(WORK)
        profile, nip = self.prepared(work)
        hit = f"{work}: {self.killed(profile, nip, work)}"
        token = token_in_the_end(self.installation, profile, force_refresh=work == REFRESH)
        outcome.note(hit, self.bridge)
        self.bridge.assert_soon(hit)
        live = self.chaos.live_sessions(nip)
        assert live == {token["sessionReference"]}, f"{hit}: {live}"

    def prepared(self, work: str) -> tuple[str, str]:
        """A profile for which the next call has that work to do, and its NIP."""
        self.rounds += 1
        profile = f"p{self.rounds}"
        method = "Certificate" if work == LOGIN_BY_CERTIFICATE else "Token"
        nip = new_profile(self.installation, self.folder, profile, method)
        if work in {REFRESH, OTHER_CREDENTIAL}:
            token_in_the_end(self.installation, profile)
        if work == OTHER_CREDENTIAL:
            other = self.random.choice(METHODS)
            change_credential(self.installation, self.folder, profile, nip, other)
        return profile, nip

    def killed(self, profile: str, nip: str, work: str) -> str:
        """Ask, and kill at any time before the answer; how far the work had come."""
        with open_call(self.installation) as call:
            worker = call.worker()
            moment = self.random.uniform(0, self.durations[work])
            call.ask(profile, force_refresh=work == REFRESH)
            time.sleep(moment)
            if is_whole := self.random.randrange(WHOLE_BRIDGE) == 0:
                self.bridge.kill()
            else:
                self.bridge.kill_worker(worker)
            is_answered = call.answer() is not None
        # The machine may be busier now than it was a while ago.
        self.durations[work] *= 0.8 if is_answered else 1.05
        hit = "answered already" if is_answered else self.phase(profile, nip)
        if is_whole:
            waits_since = time.monotonic()
            with self.starting:
                self.bridge.start()
            # Eight bridges share the processors here; test_killed_bridge counts the start, too.
            self.bridge.killed_at += time.monotonic() - waits_since
        return hit

    def phase(self, profile: str, nip: str) -> str:
        """How far the killed one had come, by its own state and by KSeF's."""
        database = self.installation.folder / "state.sqlite3"
        with contextlib.closing(sqlite3.connect(database, timeout=5)) as connection:
            query = "SELECT phase, lease_until FROM ksef_bridge_session WHERE profile_id = ?"
            phase, lease_until = connection.execute(query, (profile,)).fetchone() or (None, 0)
        live = len(self.chaos.live_sessions(nip))
        lease = "lease held" if lease_until else "no lease"
        return f"{lease}, {phase or 'nothing'} stored, {live} live at KSeF"


@pytest.fixture
def victims(
    new_installation: Callable[[], Installation], chaos: Chaos, tmp_path: Path, seed: int
) -> Iterator[list[Victim]]:
    # KSeF takes its time, so that no step of a login is too short to be hit.
    chaos.begin(rule(REDEEM, "delay-answer", seconds=0.08), rule(None, "delay", seconds=0.04))
    chaos.simulator.call("PUT", "/_simulator/limits", json_body={"enabled": False})
    starting = threading.Lock()
    victims = [
        Victim(
            MortalBridge(new_installation()),
            chaos,
            tmp_path / str(number),
            random.Random(f"{seed}-{number}"),  # noqa: S311 - no secret
            starting,
        )
        for number in range(BRIDGES)
    ]
    try:
        with ThreadPoolExecutor(BRIDGES) as pool:
            list(pool.map(Victim.start, victims))
        yield victims
    finally:
        for victim in victims:
            victim.bridge.end()


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("KSEF_FAULTS_SEED", "") or secrets.randbelow(10**6))


def test_a_token_follows_every_kill(
    victims: list[Victim], chaos: Chaos, seed: int, say: Callable[[str], None]
) -> None:
    say(f"KSEF_FAULTS_SEED={seed}")
    outcome = Outcome()

    def torment(number: int) -> None:
        for _ in range(number, KILLS, BRIDGES):
            if outcome.failed.is_set():
                return
            try:
                victims[number].round(outcome)
            except BaseException:
                outcome.failed.set()
                raise

    with ThreadPoolExecutor(BRIDGES) as pool:
        for finished in [pool.submit(torment, number) for number in range(BRIDGES)]:
            finished.result()
    for phase, count in sorted(outcome.hit.items()):
        say(f"{count:4} kills  {phase}")
    say(f"{outcome.hit.total()} kills, slowest next token after {outcome.slowest:.1f} s")
    assert outcome.hit.total() == KILLS
    assert chaos.state()["orphans"] == 0
