"""Key material that the tests of this folder share."""

from __future__ import annotations

import pytest

from tests.credentials.key_material import KeyMaterial


@pytest.fixture(scope="session")
def ec_material(tmp_path_factory: pytest.TempPathFactory) -> KeyMaterial:
    return KeyMaterial.make(tmp_path_factory.mktemp("ec"), "EC")


@pytest.fixture(scope="session")
def rsa_material(tmp_path_factory: pytest.TempPathFactory) -> KeyMaterial:
    return KeyMaterial.make(tmp_path_factory.mktemp("rsa"), "RSA")
