"""The unit, as systemd itself judges it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from bridge.initialization.layout import Layout
from bridge.initialization.machine import Machine


def unit(tmp_path: Path) -> Path:
    path = tmp_path / "ksef-bridge.service"
    path.write_text(Layout(Machine(), "/bin/true", "www-data").unit())
    return path


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False
    )


def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    found = analyze("verify", "--man=no", unit(tmp_path))
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


def test_the_service_is_as_closed_as_systemd_can_make_it(tmp_path: Path) -> None:
    found = analyze("security", "--offline=yes", "--threshold=15", unit(tmp_path))
    assert found.returncode == 0, found.stdout
    level = re.search(r"exposure level for .*: ([0-9.]+)", found.stdout)
    assert level
    assert float(level[1]) <= 1.5
