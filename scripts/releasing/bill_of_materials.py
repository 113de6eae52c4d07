"""The bill of materials (CycloneDX 1.6): what is shipped, and what an installation brings along."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from releasing.artifacts import Artifacts
from releasing.commit import Commit
from releasing.tools import TOOLS, run


def installed(commit: Commit, sources: Path, folder: Path) -> Path:
    """An environment with the newest packages of the commit's day that the bridge depends on.

    The bridge itself is not in it. Raises Refused.
    """
    uv = TOOLS / "uv"
    run(uv, "venv", "--python", sys.executable, folder)
    python = folder / "bin" / "python"
    run(
        *(uv, "pip", "install", "--python", python, "--exclude-newer", commit.moment),
        *("--requirements", sources / "pyproject.toml"),
    )
    return python


def written(
    commit: Commit, sources: Path, python: Path, version: str, artifacts: Artifacts
) -> Path:
    """The bill of materials beside the artifacts. Raises Refused.

    Not validated here: cyclonedx-py would take ten times as long, and not see what comes after it.
    """
    file = artifacts.wheel.with_name(f"ksef-bridge-{version}.cdx.json")
    run(
        *(TOOLS / "cyclonedx-py", "environment", "--output-reproducible", "--no-validate"),
        *("--pyproject", sources / "pyproject.toml", "--output-file", file, python),
        variables={"SOURCE_DATE_EPOCH": str(commit.seconds)},
    )
    document = json.loads(file.read_text("utf-8"))
    document["metadata"]["component"] |= {
        "version": version,
        "purl": f"pkg:pypi/ksef-bridge@{version}",
        "components": [
            of_file(each, version) for each in (artifacts.package, artifacts.sdist, artifacts.wheel)
        ],
    }
    file.write_text(
        json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8"
    )
    return file


def of_file(file: Path, version: str) -> dict[str, Any]:
    """An artifact as a component."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {
        "type": "file",
        "bom-ref": file.name,
        "name": file.name,
        "version": version,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
