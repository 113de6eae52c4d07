"""Repositories that hold what this one holds, with a changelog that is ready for a release."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MANIFEST = json.loads((ROOT / "manifest.json").read_text("utf-8"))
VERSION, DAY = str(MANIFEST["version"]), str(MANIFEST["releaseDate"])

_WORKS_OF_MACHINES = shutil.ignore_patterns(
    *("__pycache__", ".git", ".venv", ".*_cache", ".clients", ".eslint", ".proxies", ".demo"),
    *("dist", "mutants", "node_modules", "*.egg-info"),
)
_WHO = ("-c", "user.name=Release", "-c", "user.email=release@example.com")
_UNRELEASED = re.compile(r"(?<=## \[Unreleased\]\n).*?(?=^## \[)", re.DOTALL | re.MULTILINE)


def repository(folder: Path) -> Path:
    """A repository in the folder, everything committed at a fixed time."""
    shutil.copytree(ROOT, folder, ignore=_WORKS_OF_MACHINES, symlinks=True)
    changelog = folder / "CHANGELOG.md"
    changelog.write_text(_UNRELEASED.sub("\n", changelog.read_text("utf-8")), "utf-8")
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, *_WHO, "commit", "--quiet", "--message", "Everything")


def replace(file: Path, old: str, new: str) -> None:
    content = file.read_text("utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), "utf-8")


def git(folder: Path, *arguments: str) -> None:
    time = "2026-11-28T12:00:00+0000"
    subprocess.run(
        ["git", "-C", folder, *arguments],
        env={**os.environ, "GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time},
        check=True,
        capture_output=True,
    )


def release(
    folder: Path, *arguments: str, under: tuple[str, ...] = (), **variables: str
) -> subprocess.CompletedProcess[str]:
    """What `scripts/release` starts, run to its end in a repository."""
    return subprocess.run(
        [*under, sys.executable, "-m", "releasing", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "scripts", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
