"""The extension's package, built from a copy of the tree, so that the version can be chosen."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_SOURCES = (
    *("bridge", "espo_extension", "scripts"),
    *("manifest.json", "pyproject.toml", "CHANGELOG.md", "LICENSE"),
)
_NOT_SOURCES = shutil.ignore_patterns("__pycache__", "*.pyc")


def this_version() -> str:
    return str(json.loads((ROOT / "manifest.json").read_text())["version"])


def higher_version() -> str:
    """One that EspoCRM takes for an upgrade of this one."""
    major, minor, *_ = this_version().split("-")[0].split(".")
    return f"{major}.{int(minor) + 1}.0"


def built_package(folder: Path, version: str) -> Path:
    """The zip that `scripts/build_extension.py` makes in a copy of the tree below `folder`."""
    tree = folder / version
    for name in _SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=_NOT_SOURCES)
        elif source.exists():
            tree.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, tree / name)
    manifest = tree / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "version": version}))
    built = subprocess.run(
        [sys.executable, str(tree / "scripts" / "build_extension.py")],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return tree / "dist" / f"ksef-{version}.zip"
