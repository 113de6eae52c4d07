"""The extension as its sources describe it, and the package that the build makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from espo_extension.build.building import build_extension, parsed
from espo_extension.build.package import Package
from espo_extension.build.rendering import RESOURCES
from espo_extension.build.sources import load_extension
from espo_extension.model.extension import Extension
from tests.espo_extension.sources import ROOT


@pytest.fixture(scope="session")
def extension() -> Extension:
    return load_extension(ROOT)


@pytest.fixture(scope="session")
def package(extension: Extension) -> Package:
    return build_extension(extension, ROOT, note=lambda _: None)


@pytest.fixture(scope="session")
def resources(package: Package) -> dict[str, Any]:
    """The JSON files of the module, by their path below Resources and without `.json`."""
    return {
        path.removeprefix(f"{RESOURCES}/").removesuffix(".json"): document
        for path, document in parsed(dict(package.entries)).items()
        if path.startswith(RESOURCES)
    }
