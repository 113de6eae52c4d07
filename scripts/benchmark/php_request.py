"""One PHP request in EspoCRM that needs an access token, beside one that makes a bare call.

Each is a process of its own that starts EspoCRM as its cron does; the bridge has a live session.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from benchmark.cost import cost_of, median
from benchmark.espocrm import BridgedEspoCrm
from benchmark.own_process import PartFailed
from benchmark.servers import serving
from benchmark.table import Row, Target, Unit
from tests.installation import new_nip

_SCRIPTS = Path(__file__).with_name("php")


def php_request_rows(bridged: BridgedEspoCrm, times: int) -> list[Row]:
    """Times of whole processes, in turn. Raises PartFailed."""
    nip = new_nip()
    profile = bridged.records.token_profile(nip, nip, bridged.bridge.new_ksef_token(nip))
    body_bytes = len(bridged.bridge.access_token(profile).body)
    log = bridged.folder / "fixed-answer.log"
    with serving("benchmark.fixed_answer", body_bytes, log=log) as port:

        def token() -> None:
            _run(bridged, "access_token.php", profile)

        def call() -> None:
            _run(bridged, "one_call.php", f"http://127.0.0.1:{port}/")

        for action in (token, call):
            action()
        rounds = [(cost_of(token), cost_of(call)) for _ in range(times)]
    ours, other = (median(costs) for costs in zip(*rounds, strict=True))
    return [
        Row(
            measured="PHP process in EspoCRM that takes an access token: time",
            ours=ours.wall * 1000,
            against="the same with one bare call by cURL",
            other=other.wall * 1000,
            unit=Unit.MILLISECONDS,
            target=Target("≤", 2),
        )
    ]


def _run(bridged: BridgedEspoCrm, script: str, argument: str) -> None:
    given = bridged.espocrm.given
    finished = subprocess.run(
        [given.php, _SCRIPTS / script, argument],
        cwd=given.root,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise PartFailed(f"{script}: {finished.stdout[-1500:]}{finished.stderr[-1500:]}")
