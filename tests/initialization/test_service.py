"""The bridge itself, as its unit starts it."""

from __future__ import annotations

import base64
import os
import re
import sys
from pathlib import Path

import pytest

from tests.initialization.machines import SITE, PlayedMachine
from tests.processes import call_over, unix_connection


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
    # The process that opens what people upload limits itself, too.
    assert inspection(may_grant) == (200, ["file-unrecognized"])


def inspection(machine: PlayedMachine) -> tuple[int, list[str]]:
    """The status and the findings for a file that is none, asked for with EspoCRM's settings."""
    settings = machine.text("var/www/espocrm/data/config-internal-override.php")
    stored = dict(re.findall(r"'(\w+)' => '(.+)'", settings))
    file = {"name": "a.crt", "content": base64.b64encode(b"no certificate").decode()}
    body = {"files": [file], "password": None, "environment": "Test"}
    answer = call_over(
        unix_connection(stored["ksefBridgeUrl"].removeprefix("unix:")),
        *("POST", "/v1/certificates/inspect"),
        json_body=body,
        headers={"Authorization": f"Bearer {stored['ksefBridgeApiKey']}"},
    )
    return answer.status, [finding["code"] for finding in answer.json.get("findings", [])]
