"""The bridge itself, as its unit starts it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.initialization.machines import SITE, PlayedMachine


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may restrict a process like this")
def test_the_bridge_serves_under_the_units_restrictions(
    may_grant: PlayedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYED_RESTRICTED", "yes")
    may_grant.program = Path(sys.executable).with_name("ksef-bridge")
    # EspoCRM asks for /readyz with its key: both databases are there.
    may_grant.init()
    assert may_grant.left() == []
    machine = may_grant.circumstances().machine
    shown = machine.run([str(may_grant.root / "usr/local/sbin/ksef-bridge"), "home", "show"])
    assert SITE in shown.output
    service = int(may_grant.text("service").split()[0])
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{service}/status").read_text().splitlines()
    )
    assert (status["CapBnd"], status["NoNewPrivs"]) == ("0" * 16, "1")
