"""In which order tests run, and which of them stay together when several processes share them."""

from __future__ import annotations

import pytest

# What waits longest begins first: at the end each process has something to do until all is done.
_FIRST = (
    *("tests/faults", "tests/enrolment", "tests/commands", "tests/sessions", "tests/inspector"),
    *("tests/api", "tests/credentials", "tests/simulator", "tests/ksef", "tests/contract"),
)
_LAST = "tests/test_no_secret_left.py"

# One EspoCRM is given, and these tests change it.
_ONE_AFTER_ANOTHER = "tests/e2e"


def place_in_run(item: pytest.Item) -> int:
    """Sorts tests; those of equal places stay as they are."""
    file, _, _ = item.nodeid.partition("::")
    if file == _LAST:
        return len(_FIRST) + 1
    places = (place for place, first in enumerate(_FIRST) if file.startswith(first))
    return next(places, len(_FIRST))


def group(item: pytest.Item) -> str:
    """Tests of one group run in one process, one after another: they share servers and modules."""
    file, _, _ = item.nodeid.partition("::")
    return _ONE_AFTER_ANOTHER if file.startswith(f"{_ONE_AFTER_ANOTHER}/") else file
