"""In which order tests run."""

from __future__ import annotations

import pytest

# What takes longest begins first: at the end each process has something to do until all is done.
_FIRST = (
    # Beside the kills, which mostly wait, runs what must be answered in time; what takes a
    # processor for itself, test_memory, comes after it.
    *("tests/faults/test_random_kills", "tests/faults/test_storm"),
    *("tests/faults/test_slow_callers", "tests/faults/test_many_callers"),
    *("tests/faults/test_databases", "tests/releasing"),
    *("tests/upgrades", "tests/documentation", "tests/initialization", "tests/keys/test_backup"),
    *("tests/enrolment", "tests/commands", "tests/doctor", "tests/sessions", "tests/inspector"),
    *("tests/proxies", "tests/api", "tests/credentials", "tests/simulator", "tests/ksef"),
    "tests/contract",
)
_LAST = "tests/test_no_secret_left.py"


def place_in_run(item: pytest.Item) -> int:
    """Sorts tests; those of equal places stay as they are."""
    file, _, _ = item.nodeid.partition("::")
    if file == _LAST:
        return len(_FIRST) + 1
    places = (place for place, first in enumerate(_FIRST) if file.startswith(first))
    return next(places, len(_FIRST))
