"""One inspector for the tests of this folder, and a key with its certificate."""

from __future__ import annotations

import pytest

from bridge.inspector.inspector import Inspector
from tests.credentials.key_material import KeyMaterial


@pytest.fixture(scope="session")
def inspector() -> Inspector:
    return Inspector(threads=32)


@pytest.fixture(scope="session")
def ec_material(tmp_path_factory: pytest.TempPathFactory) -> KeyMaterial:
    return KeyMaterial.make(tmp_path_factory.mktemp("ec"), "EC")
