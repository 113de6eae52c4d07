"""What is shipped: the extension's package, the sdist, and the wheel, which carries the package."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from releasing.commit import Commit
from releasing.tools import TOOLS, run


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The files of a release, all in one folder."""

    package: Path
    sdist: Path
    wheel: Path


Note = Callable[[str], None]
"""Is told what was left out, one line each."""


def built(commit: Commit, sources: Path, version: str, target: Path, note: Note) -> Artifacts:
    """The artifacts of the sources of a commit. Raises Refused."""
    variables = {
        "SOURCE_DATE_EPOCH": str(commit.seconds),
        "KSEF_SHARED": os.environ.get("KSEF_SHARED", str(commit.repository.parent / "shared")),
    }
    made = run(sys.executable, sources / "scripts/build_extension.py", variables=variables)
    for line in made.stderr.splitlines():
        note(line)
    package = (sources / "dist" / f"ksef-{version}.zip").rename(target / f"ksef-{version}.zip")
    # The build takes nothing that is newer than the commit, so that it is the same in a year.
    run(
        *(TOOLS / "uv", "build", "--exclude-newer", commit.moment, "--no-create-gitignore"),
        *("--out-dir", target, sources),
        variables=variables,
    )
    sdist, wheel = (
        target / f"ksef_bridge-{version}{ending}" for ending in (".tar.gz", "-py3-none-any.whl")
    )
    return Artifacts(package, sdist, wheel)
