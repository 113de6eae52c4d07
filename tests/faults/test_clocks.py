"""The clock of one of two bridges an hour wrong: both hand out what is good, and keep the pace."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update

from bridge.state.tables import session
from tests.e2e.moved_time import moved_time
from tests.faults.chaos import REFRESH, Chaos
from tests.faults.mariadb_installation import on_mariadb
from tests.installation import Installation, difference, new_nip
from tests.mariadb import MariaDb
from tests.processes import COMMAND

HOUR = timedelta(hours=1)


@pytest.fixture
def right(new_installation: Callable[[], Installation], mariadb: MariaDb) -> Iterator[Installation]:
    """The bridge whose clock is right."""
    installation = on_mariadb(new_installation(), mariadb)
    with installation.running(KSEF_BRIDGE_WORKERS="1"):
        yield installation


@pytest.fixture(params=[HOUR, -HOUR], ids=["ahead", "behind"])
def wrong(
    request: pytest.FixtureRequest, right: Installation, tmp_path: Path
) -> Iterator[Installation]:
    """The other bridge: its clock jumps while it runs."""
    other = replace(right, executed=[COMMAND], environment=dict(right.environment))
    other.environment["KSEF_BRIDGE_RUNTIME_FOLDER"] = str(tmp_path / "run")
    with contextlib.ExitStack() as stack:
        time = stack.enter_context(moved_time(tmp_path))
        stack.enter_context(other.running(KSEF_BRIDGE_WORKERS="1", **time.environment))
        assert other.call("GET", "/healthz").status == 200
        time.jump(request.param)
        yield other


def test_a_token_is_as_old_as_it_is_whatever_a_bridge_takes_for_the_time(
    right: Installation, wrong: Installation, chaos: Chaos
) -> None:
    nips = {profile: new_nip() for profile in ("of-right", "of-wrong")}
    for profile, nip in nips.items():
        right.add_token_profile(profile, nip)
    held = {
        "of-right": right.access_token("of-right").json,
        "of-wrong": wrong.access_token("of-wrong").json,
    }
    before = right.ksef_calls()
    for bridge in (right, wrong, right, wrong):
        for profile, token in held.items():
            assert bridge.access_token(profile).json == token
    assert difference(before, right.ksef_calls()) == {}

    let_time_pass(right, timedelta(minutes=14, seconds=30))
    for bridge, profile in ((wrong, "of-right"), (right, "of-wrong")):
        newer = bridge.access_token(profile).json
        assert newer["sessionReference"] == held[profile]["sessionReference"]
    assert difference(before, right.ksef_calls()) == {REFRESH: 2}

    for profile, nip in nips.items():
        assert chaos.live_sessions(nip) == {held[profile]["sessionReference"]}
    assert chaos.state()["orphans"] == 0


def let_time_pass(installation: Installation, by: timedelta) -> None:
    """All that is stored was stored so much earlier."""
    engine = create_engine(installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"])
    with engine.begin() as connection:
        for row in connection.execute(select(session)).all():
            state = json.loads(row.state)
            token = state["session"]["access_token"]
            for moment in ("valid_until", "given_at"):
                if token.get(moment):
                    earlier = datetime.fromisoformat(token[moment]) - by
                    token[moment] = earlier.isoformat()
            changed = {
                "state": json.dumps(state),
                "changed_at": row.changed_at - int(by.total_seconds() * 1000),
            }
            is_row = session.c.profile_id == row.profile_id
            connection.execute(update(session).where(is_row).values(changed))
    engine.dispose()
