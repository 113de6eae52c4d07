"""An EspoCRM whose jobs run at another time, with a simulator and a bridge of that time."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.e2e.bridge_settings import bridge_url, other_bridge
from tests.e2e.espocrm import EspoCrm
from tests.e2e.moved_time import MovedTime, moved_time
from tests.e2e.rest import RestUser
from tests.installation import Installation
from tests.processes import COMMAND, free_port, running

_number = itertools.count(1)
_SEEN_BY_JOBS = (
    ("ksef_profile", "deleted", 0),
    ("ksef_certificate", "deleted", 0),
    # Of deleted ones, too, the bridge is told to forget what it keeps.
    ("ksef_certificate", "has_enrolment", 1),
)


@dataclass(frozen=True)
class MovedWorld:
    """What is tested at another time; REST answers by the real one."""

    time: MovedTime
    espocrm: EspoCrm
    """Its command line runs at the moved time."""
    bridge: Installation

    def without_limits(self) -> None:
        """KSeF counts no calls: it counts by the monotonic clock, for which no day has passed."""
        body = {"enabled": False}
        answer = self.bridge.simulator.call("PUT", "/_simulator/limits", json_body=body)
        assert answer.status == 204

    def go_to(self, moment: datetime) -> None:
        """It is this moment now, hours later: the bridge's pace begins anew."""
        self.time.go_to(moment)
        folder = Path(self.bridge.environment["KSEF_BRIDGE_RUNTIME_FOLDER"])
        for pacing in folder.glob("ksef-*pacing"):
            pacing.unlink()

    def run_jobs(self, *names: str) -> None:
        """These jobs one after the other in one process, as EspoCRM's cron runs them."""
        self.espocrm.script("run_jobs.php", *names)

    def at_ksef(self, what: str) -> list[dict[str, Any]]:
        """All `certificates` or `enrollments` of the simulator."""
        found = self.bridge.simulator.call("GET", "/_simulator/certificates").json[what]
        assert isinstance(found, list)
        return found


@contextlib.contextmanager
def moved_world(
    espocrm: EspoCrm,
    root_user: RestUser,
    usual: Installation,
    folder: Path,
    **environment: str,
) -> Iterator[MovedWorld]:
    """Nothing but what is made in this block; `usual` is the bridge that EspoCRM knows before it.

    `environment` are settings of the bridge.
    """
    folder = folder / f"moved-{next(_number)}"
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        time = stack.enter_context(moved_time(folder))
        port = free_port()
        arguments = ["simulator", "--port", str(port)]
        log = folder / "simulator.log"
        simulator = stack.enter_context(running(arguments, port, log, time.environment, [COMMAND]))
        folder = folder.with_name(f"{folder.name}-bridge")
        bridge = Installation.create(folder, simulator, executed=[COMMAND])
        url = espocrm.database_url.render_as_string(hide_password=False)
        bridge.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"] = url
        stack.enter_context(bridge.running(**time.environment, **environment))
        stack.enter_context(other_bridge(root_user, usual, bridge_url(bridge), bridge.api_key))
        stack.enter_context(_alone(espocrm))
        moved = replace(espocrm, environment=time.environment)
        yield MovedWorld(time, moved, bridge)
        moved.engine.dispose()


@contextlib.contextmanager
def _alone(espocrm: EspoCrm) -> Iterator[None]:
    """Records of other bridges are out of sight in this block, and those made in it afterwards."""
    seen = {each: _ids(espocrm, *each) for each in _SEEN_BY_JOBS}
    _hide_all(espocrm)
    try:
        yield
    finally:
        _hide_all(espocrm)
        for (table, column, value), ids in seen.items():
            for each in ids:
                statement = f"UPDATE {table} SET {column} = :value WHERE id = :id"  # noqa: S608
                espocrm.execute(statement, value=value, id=each)


def _ids(espocrm: EspoCrm, table: str, column: str, value: int) -> list[str]:
    statement = f"SELECT id FROM {table} WHERE {column} = :value"  # noqa: S608
    return [row["id"] for row in espocrm.rows(statement, value=value)]


def _hide_all(espocrm: EspoCrm) -> None:
    for table, column, value in _SEEN_BY_JOBS:
        espocrm.execute(f"UPDATE {table} SET {column} = :other", other=1 - value)  # noqa: S608
