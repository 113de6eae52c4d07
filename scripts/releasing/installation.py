"""The wheel, installed: it is of this version and hands out the package that is released."""

from __future__ import annotations

from pathlib import Path

from releasing.artifacts import Artifacts
from releasing.refusal import Refused
from releasing.tools import TOOLS, run


def check_installed(python: Path, artifacts: Artifacts, version: str) -> None:
    """Install the wheel for a moment where all that it depends on is. Raises Refused."""
    uv = TOOLS / "uv"
    run(uv, "pip", "install", "--python", python, "--no-deps", artifacts.wheel)
    command, copy = python.with_name("ksef-bridge"), python.with_name(artifacts.package.name)
    told = run(command, "--version").stdout.strip()
    run(command, "extension", "--output", copy)
    if (
        told != f"ksef-bridge, version {version}"
        or copy.read_bytes() != artifacts.package.read_bytes()
    ):
        raise Refused(f"the installed wheel calls itself “{told}” or hands out another package")
    run(uv, "pip", "uninstall", "--python", python, "ksef-bridge")
