from __future__ import annotations

from pathlib import Path

import pytest

from bridge.ksef.pacing import Pacing
from tests.ksef.paced_calls import URL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The runtime folder of a host, not there yet."""
    return tmp_path / "runtime"


@pytest.fixture
def host(folder: Path) -> Pacing:
    return Pacing(folder, URL)
