"""The layers that docs/architecture.md promises, held by the contracts in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LINTER: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
    "importlinter"
]


def test_every_import_keeps_the_contracts() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"Contracts: {len(LINTER['contracts'])} kept, 0 broken." in told.stdout


def test_the_documentation_shows_the_same_layers() -> None:
    layers: list[str] = next(each for each in LINTER["contracts"] if "layers" in each)["layers"]
    assert "".join(f"    {layer}\n" for layer in layers) in (
        ROOT / "docs" / "architecture.md"
    ).read_text("utf-8")
