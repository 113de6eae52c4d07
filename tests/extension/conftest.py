"""The wheel, built once as `uv build` does it: the sdist first, and the wheel from that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.espo_extension.sources import ROOT

UV = Path(sys.executable).with_name("uv")


def uv(*arguments: str | Path) -> None:
    finished = subprocess.run([UV, *arguments], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr


@pytest.fixture(scope="package")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    uv("build", "--out-dir", folder, ROOT)
    (file,) = folder.glob("*.whl")
    return file
