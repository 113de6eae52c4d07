"""The bridge itself, as its unit starts it."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import re
import socket
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
    # The process that opens what people upload limits itself, too.
    assert inspection(may_grant) == (200, ["file-unrecognized"])


def inspection(machine: PlayedMachine) -> tuple[int, list[str]]:
    """The status and the findings for a file that is none, asked for with EspoCRM's settings."""
    settings = machine.text("var/www/espocrm/data/config-internal-override.php")
    stored = dict(re.findall(r"'(\w+)' => '(.+)'", settings))
    connection = http.client.HTTPConnection("bridge")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(stored["ksefBridgeUrl"].removeprefix("unix:"))
    file = {"name": "a.crt", "content": base64.b64encode(b"no certificate").decode()}
    body = {"files": [file], "password": None, "environment": "Test"}
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {stored['ksefBridgeApiKey']}",
    }
    with contextlib.closing(connection):
        connection.request("POST", "/v1/certificates/inspect", json.dumps(body), headers)
        answer = connection.getresponse()
        found = json.loads(answer.read()).get("findings", [])
        return answer.status, [finding["code"] for finding in found]
