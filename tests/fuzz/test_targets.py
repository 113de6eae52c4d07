"""The short form: some thousand inputs for each target, the same in each run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.bounds import Bounds
from tests.fuzz.failures import Failures
from tests.fuzz.mutations import mutations
from tests.fuzz.targets import TARGETS

INPUTS = 500


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.filterwarnings("ignore")
def test_whatever_is_read(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    bounds, failures = Bounds(), Failures(name, tmp_path)
    with target.prepare() as prepared:
        assert prepared.seeds
        for data in mutations(prepared.seeds, target.words, INPUTS, target.most_bytes):
            failures.read(bounds, prepared.read, data)
    assert not failures.places, [each.read_text() for each in tmp_path.glob("*.txt")]
