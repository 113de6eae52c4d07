"""Running PHPUnit of the Debian package, as strictly as phpunit.xml says."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
PACKAGES = "php-cli php-curl php-mbstring php-parser php-xml phpunit"


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    code: int
    output: str


def run_phpunit(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    ini: Mapping[str, str] | None = None,
) -> Outcome:
    """Run the tests that `arguments` choose; skips where PHP is not installed."""
    php, phpunit = shutil.which("php"), shutil.which("phpunit")
    if php is None or phpunit is None:
        pytest.skip(f"PHP's tests need the Debian packages {PACKAGES}")
    settings = [word for name, value in (ini or {}).items() for word in ("-d", f"{name}={value}")]
    finished = subprocess.run(
        [php, *settings, phpunit, f"--configuration={FOLDER / 'phpunit.xml'}", *arguments],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Outcome(finished.returncode, finished.stdout + finished.stderr)
