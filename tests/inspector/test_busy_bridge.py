"""Fifty bombs at once: the bridge answers others, refuses what is too much, and recovers."""

from __future__ import annotations

import base64
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.credentials.certificates import pem_of
from tests.credentials.key_material import KeyMaterial
from tests.inspector.bombs import PASSWORD, rounds_in_the_encrypted_part
from tests.installation import Installation
from tests.processes import Answer, RunningCommand

UPLOADS = 50


@pytest.fixture(scope="module")
def bridge(artifacts: Path, simulator: RunningCommand) -> Iterator[Installation]:
    installation = Installation.create(artifacts / "installation-bombs", simulator)
    with installation.running():
        yield installation


def upload(bridge: Installation, *files: bytes) -> Answer:
    body = {
        "files": [
            {"name": f"{number}.pem", "content": base64.b64encode(content).decode()}
            for number, content in enumerate(files)
        ],
        "password": PASSWORD,
    }
    return bridge.call("POST", "/v1/certificates/inspect", body)


def seconds_of_health(bridge: Installation) -> float:
    begun = time.monotonic()
    assert bridge.call("GET", "/healthz").status == 200
    return time.monotonic() - begun


def test_fifty_bombs_stop_nobody(bridge: Installation, ec_material: KeyMaterial) -> None:
    bomb = rounds_in_the_encrypted_part()
    together = threading.Barrier(UPLOADS + 1)

    def throw(_: int) -> Answer:
        together.wait()
        return upload(bridge, bomb)

    with ThreadPoolExecutor(UPLOADS) as pool:
        answers = pool.map(throw, range(UPLOADS))
        together.wait()
        health, end = [], time.monotonic() + 4
        while time.monotonic() < end:
            health.append(seconds_of_health(bridge))
            time.sleep(0.02)
        thrown = list(answers)
    assert statistics.median(health) < 0.1
    # The second worst: a busy machine may halt whom it likes once.
    assert sorted(health)[-2] < 1
    opened = [answer.json for answer in thrown if answer.status == 200]
    assert opened
    for answer in opened:
        assert [each["code"] for each in answer["findings"]] == ["file-too-costly"]
        assert answer["privateKeySealed"] is None
    refused = [answer for answer in thrown if answer.status != 200]
    assert refused
    for answer in refused:
        assert answer.status == 503
        assert answer.json["code"] == "inspections-busy"
        assert int(answer.headers["retry-after"]) > 0
    time.sleep(int(refused[0].headers["retry-after"]))
    key = (ec_material.folder / "key.pem").read_bytes()
    honest = upload(bridge, pem_of(ec_material.certificate), key)
    assert honest.status == 200
    assert honest.json["privateKeySealed"].startswith("ksef1.")


def test_one_bomb_does_not_hold_up_an_honest_upload(
    bridge: Installation, ec_material: KeyMaterial
) -> None:
    with ThreadPoolExecutor(1) as pool:
        bomb = pool.submit(upload, bridge, rounds_in_the_encrypted_part())
        time.sleep(0.2)
        begun = time.monotonic()
        key = (ec_material.folder / "key.pem").read_bytes()
        honest = upload(bridge, pem_of(ec_material.certificate), key)
        assert time.monotonic() - begun < 1.5
        assert honest.json["privateKeySealed"].startswith("ksef1.")
        assert not bomb.done()
        assert bomb.result().status == 200
