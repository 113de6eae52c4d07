"""What goes wrong in a day, one after the other, and what an administrator does meanwhile."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.chaos import HELD, Chaos, rule
from tests.installation import run_command
from tests.mariadb import MariaDb
from tests.soak.answers import Answers
from tests.soak.bridges import Bridge, Bridges

# What was cut off is taken up when the lease of whoever held it has run out.
_MOST_RECOVERY_SECONDS = 10.0
_LONG_ENOUGH_SECONDS = 240


@dataclass(frozen=True)
class Disturbances:
    """Each is over when its method returns; how long some last is a share of the whole."""

    bridges: Bridges
    mariadb: MariaDb
    chaos: Chaos
    answers: Answers
    lasts: float

    @property
    def recovery(self) -> float:
        return min(_MOST_RECOVERY_SECONDS, 3 * self.lasts)

    def all(self) -> list[Callable[[], None]]:
        # The other lives through the day: whatever grows in it shows.
        one, _ = self.bridges.each
        return [
            self.rotate_master_key,
            self.restart_mariadb,
            lambda: self.kill_bridge(one),
            self.ksef_away,
            # Housekeeping ends what was forgotten, a minute and a half later at the most, unless
            # the process that remembers has ended meanwhile.
            *([self.fail_over] if self.lasts * 60 > _LONG_ENOUGH_SECONDS else []),
            self.ksef_slow,
            self.kill_mariadb,
            self.ksef_silent,
            lambda: self.restart_bridge(one),
        ]

    def rotate_master_key(self) -> None:
        # Nothing may fail for it: it has no moment of its own.
        run_command("keys", "rotate", environment=self.bridges.environment)

    def restart_mariadb(self) -> None:
        with self.answers.during("MariaDB is restarted", self.recovery):
            self.mariadb.stop()
            time.sleep(self.lasts / 4)
            self.mariadb.start()

    def kill_mariadb(self) -> None:
        with self.answers.during("MariaDB is killed and started", self.recovery):
            assert self.mariadb.process is not None
            self.mariadb.process.kill()
            self.mariadb.process.wait()
            time.sleep(self.lasts / 4)
            self.mariadb.start()

    def fail_over(self) -> None:
        """To a replica that is a second behind: what was stored last is forgotten."""
        with self.answers.during("MariaDB fails over, a second behind", self.recovery):
            behind = self._state_dumped()
            time.sleep(1)
            self.mariadb.stop()
            options = self.mariadb.options
            self.mariadb.options = (*options, "--read-only")
            self.mariadb.start()
            self.mariadb.execute(f"{behind}\nSET GLOBAL read_only = 0;")
            self.mariadb.options = options

    def _state_dumped(self) -> str:
        name = self.bridges.environment["KSEF_BRIDGE_STATE_DATABASE_URL"].rpartition("/")[2]
        dump = ["mariadb-dump", "--no-defaults", f"--socket={self.mariadb.socket}", "--user=root"]
        finished = subprocess.run(
            [*dump, "--single-transaction", "--databases", name], check=True, capture_output=True
        )
        return finished.stdout.decode()

    def restart_bridge(self, bridge: Bridge) -> None:
        with self.answers.during("a bridge is restarted", 2):
            bridge.stop()
            bridge.start()

    def kill_bridge(self, bridge: Bridge) -> None:
        with self.answers.during("a bridge is killed and started", self.recovery):
            bridge.kill()
            bridge.start()

    def ksef_away(self) -> None:
        self._ksef("KSeF is away", away=True)

    def ksef_slow(self) -> None:
        with self.answers.during("KSeF is slow", self.recovery):
            self.chaos.begin(rule(None, "delay", seconds=1.5), processingSeconds=3)
            time.sleep(self.lasts)
            self.chaos.end()

    def ksef_silent(self) -> None:
        with self.answers.during("KSeF answers nothing", self.recovery):
            self.chaos.begin(rule(None, "delay", seconds=HELD))
            time.sleep(self.lasts)
            self.chaos.end()

    def _ksef(self, moment: str, **members: object) -> None:
        with self.answers.during(moment, self.recovery):
            self.chaos.begin(**members)
            time.sleep(self.lasts)
            self.chaos.end()
