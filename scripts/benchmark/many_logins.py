"""Many profiles log in at once while KSeF counts calls: how fast, how often refused, how much kept.

Callers do as they are told: come back later where the bridge says so.
"""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmark.table import Row, Target, Unit
from tests.faults.callers import token_in_the_end
from tests.faults.killing import workers_of
from tests.installation import Installation
from tests.token_profiles import new_token_profiles

_CALLERS = 32
_CEILING = 60
_LARGEST_WORKER_MEGABYTES = 130
_LONGEST_SECONDS = 600


def many_login_rows(installation: Installation, number: int) -> list[Row]:
    """The first logins of `number` profiles by token; KSeF is done with each at once."""
    with installation.running() as bridge:
        profiles = list(new_token_profiles(installation, "many", number))
        _limit(installation, is_limited=True)
        refused_before = _refused(installation)
        began = time.monotonic()
        with ThreadPoolExecutor(_CALLERS) as callers:
            for _ in callers.map(
                lambda each: token_in_the_end(installation, each, within=_LONGEST_SECONDS), profiles
            ):
                pass
        rate = number / (time.monotonic() - began)
        refused = _refused(installation) - refused_before
        _limit(installation, is_limited=False)
        memory = max(map(_resident_megabytes, workers_of(bridge)))
    name = f"{number:,} profiles log in at once"
    return [
        Row(name, rate, "KSeF's ceiling", _CEILING, Unit.PER_SECOND, Target("≥", 0.8)),
        Row(
            f"{name}: calls answered by 429", refused, "logins", number, Unit.TIMES, Target("≤", 0)
        ),
        Row(
            measured=f"{name}: memory of the largest worker after it",
            ours=memory,
            against="what is allowed",
            other=_LARGEST_WORKER_MEGABYTES,
            unit=Unit.MEGABYTES,
            target=Target("≤", 1),
        ),
    ]


def _limit(installation: Installation, *, is_limited: bool) -> None:
    installation.simulator.call("PUT", "/_simulator/limits", json_body={"enabled": is_limited})


def _refused(installation: Installation) -> int:
    return int(installation.simulator.call("GET", "/_simulator/state").json["rateLimited"])


def _resident_megabytes(process: int) -> float:
    """The memory that a process holds, in millions of bytes."""
    [kibibytes] = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(kibibytes) * 1024 / 1_000_000
