"""Whoever logs neither fails nor waits, whatever became of standard error."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import IO

import pytest

LINES = 3000
SCRIPT = f"""
import logging, structlog, sys
from bridge.logs import configure_logging

configure_logging()
log = structlog.get_logger("test")
for number in range({LINES}):
    log.info("counted", number=number, text="zażółć \\ud800")
    logging.getLogger("library").warning("a warning")
print("done", flush=True)
assert sys.stdin.readline() == "read\\n"
log.info("last")
"""


def started(
    error: int | IO[bytes] | None, before: Callable[[], None] | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=error,
        preexec_fn=before,
    )


def finished(process: subprocess.Popen[bytes]) -> None:
    with process:
        output, _ = process.communicate(b"read\n", timeout=60)
    assert (process.returncode, output) == (0, b"done\n")


def test_every_line_is_whole_and_in_order() -> None:
    with started(subprocess.PIPE) as process:
        _, written = process.communicate(b"read\n", timeout=60)
    events = [json.loads(line) for line in written.splitlines() if line.startswith(b"{")]
    assert [each["number"] for each in events[:-1]] == list(range(LINES))
    assert events[-1]["event"] == "last"
    assert events[0]["level"] == "info"
    assert written.count(b"a warning\n") == LINES


def test_a_full_disk_is_no_failure() -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        finished(started(full))


def test_nobody_at_the_other_end_is_no_failure() -> None:
    reading, writing = os.pipe()
    process = started(writing)
    os.close(reading)
    os.close(writing)
    finished(process)


def test_a_closed_standard_error_is_no_failure() -> None:
    finished(started(None, before=lambda: os.close(2)))


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_a_reader_that_stopped_keeps_nobody_waiting_and_hears_how_much_it_missed(
    kind: str,
) -> None:
    if kind == "pipe":
        reading_end, writing_end = os.pipe()
    else:
        reading_end, writing_end = (each.detach() for each in socket.socketpair())
    with open(reading_end, "rb") as reading, started(writing_end) as process:  # noqa: PTH123
        os.close(writing_end)
        assert process.stdin is not None
        assert process.stdout is not None
        is_done, _, _ = select.select([process.stdout], [], [], 15)
        if not is_done:
            process.kill()
        assert is_done, "it waits for its reader"
        os.set_blocking(reading_end, False)
        written = reading.read()
        process.stdin.write(b"read\n")
        process.stdin.close()
        assert process.wait(timeout=60) == 0
        written += reading.read()
    lines = written.splitlines()
    events = [json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"}")]
    lost = sum(each["lines"] for each in events if each["event"] == "log-lines-lost")
    assert events[-1]["event"] == "last"
    assert lost > LINES
