"""No name server answers: calls that need a name fail in time, others do not."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.installation import Installation, new_nip
from tests.processes import COMMAND

SILENT = "127.0.0.77"
LONGEST_ANSWER = 8.0
UNKNOWN = "named.example.org"


@pytest.fixture
def nameless(
    new_installation: Callable[[], Installation], tmp_path: Path
) -> Iterator[Installation]:
    """An installation whose bridges ask a name server that never answers."""
    resolver = tmp_path / "resolv.conf"
    resolver.write_text(f"nameserver {SILENT}\n")
    mounted = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
    apart = ["unshare", "--mount", "sh", "-c", mounted, str(resolver)]
    if (
        os.geteuid()
        or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no file may be mounted here in place of resolv.conf")
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as silent:
        silent.bind((SILENT, 53))
        yield replace(new_installation(), executed=[*apart, COMMAND])


def seconds_of(call: Callable[[], object]) -> float:
    start = time.monotonic()
    call()
    return time.monotonic() - start


def test_ksefs_name_is_not_found_out(nameless: Installation, say: Callable[[str], None]) -> None:
    with nameless.running(KSEF_BRIDGE_KSEF_URL_TEST=f"https://{UNKNOWN}/v2"):
        nameless.add_token_profile("p1", new_nip())
        start = time.monotonic()
        answer = nameless.access_token("p1")
        seconds = time.monotonic() - start
        say(f"KSeF: {answer.json['code']} after {seconds:.1f} s")
        assert answer.status == 503
        assert answer.json["code"] in {"login-in-progress", "ksef-unreachable"}
        assert seconds < LONGEST_ANSWER
        assert seconds_of(lambda: nameless.call("GET", "/healthz")) < 1


def test_the_databases_name_is_not_found_out(
    nameless: Installation, say: Callable[[str], None]
) -> None:
    url = f"mysql+pymysql://espocrm:x@{UNKNOWN}/espocrm"
    with nameless.running(KSEF_BRIDGE_ESPOCRM_DATABASE_URL=url):
        start = time.monotonic()
        answer = nameless.access_token("p1")
        seconds = time.monotonic() - start
        say(f"database: {answer.json['code']} after {seconds:.1f} s")
        assert (answer.status, answer.json["code"]) == (503, "espocrm-database-unreachable")
        assert seconds < LONGEST_ANSWER
