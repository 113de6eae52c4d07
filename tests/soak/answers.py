"""What was asked and how it ended: figures by kind of call, failures by kind and by moment."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

# What a bridge may say while a database, KSeF or time is missing; each comes with Retry-After.
HONEST = {
    *("bridge-overloaded", "espocrm-database-unreachable", "state-unreachable"),
    *("ksef-unreachable", "ksef-unavailable", "ksef-rate-limited", "login-in-progress"),
}
QUIET = "nothing in particular"


@dataclass
class Answers:
    """Seconds of all answers by what was asked, and failures by what went on meanwhile."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    moment: str = QUIET
    quiet_since: float = 0.0

    @contextlib.contextmanager
    def during(self, moment: str, recovery: float) -> Iterator[None]:
        """What goes on in this block, and what may still come of it for `recovery` seconds."""
        self.moment = moment
        try:
            yield
            time.sleep(recovery)
        finally:
            self.quiet_since = time.monotonic()
            self.moment = QUIET

    def was_quiet(self, since: float) -> bool:
        """Whether nothing in particular has gone on from `since` (monotonic) until now."""
        return self.moment == QUIET and self.quiet_since <= since

    def came(self, what: str, seconds: float) -> None:
        with self.lock:
            self.seconds[what].append(seconds)

    def failed(self, what: str, how: str, *, expected: bool) -> None:
        """`expected` in what goes on now; in a quiet moment nothing is."""
        with self.lock:
            self.failures[self.moment, what, how] += 1
            if not expected:
                self.unexpected.append(f"{what}: {how} ({self.moment})")

    def table(self) -> list[str]:
        """Markdown; milliseconds."""
        lines = ["| call | answers | p50 ms | p99 ms | max ms |", "|---|--:|--:|--:|--:|"]
        for what, seconds in sorted(self.seconds.items()):
            ordered = sorted(seconds)
            figures = (_share(ordered, 0.5), _share(ordered, 0.99), ordered[-1])
            told = " | ".join(f"{each * 1000:,.0f}" for each in figures)
            lines.append(f"| {what} | {len(ordered):,} | {told} |")
        return lines

    def failure_table(self) -> list[str]:
        lines = ["| while | call | failure | times |", "|---|---|---|--:|"]
        for (moment, what, how), times in sorted(self.failures.items()):
            lines.append(f"| {moment} | {what} | {how} | {times:,} |")
        return lines


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
