"""`python -m tests.fuzz.openapi openapi FOLDER SECONDS`: requests made of the API's description.

schemathesis makes them for every operation of /openapi.json, right ones and wrong ones; they go to
a running bridge with API keys of all scopes and of one, without a key, and with what is none.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bridge.keys.api_keys import Scope
from tests.fuzz.bounds import MOST_BYTES
from tests.fuzz.failures import Failures
from tests.installation import Installation, new_nip
from tests.processes import COMMAND, free_port, running

MOST_SECONDS = 8.0
"""Within which every caller has an answer."""

_AT_ONCE = 100
_PROBLEM = "application/problem+json"


def main() -> None:
    """Send requests until the time is over."""
    name, folder, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as work, _running_bridge(Path(work)) as installation:
        sender = Sender(installation, Failures(name, folder / name / "failures"))
        turn, end = time.time_ns(), time.monotonic() + seconds
        while time.monotonic() < end:
            sender.send_some(turn)
            turn += 1
            print(f"number_of_executed_units: {sender.count}", flush=True)  # noqa: T201


@contextmanager
def _running_bridge(folder: Path) -> Iterator[Installation]:
    """A bridge with a profile, beside a simulator."""
    port = free_port()
    arguments = ["simulator", "--port", str(port)]
    with running(arguments, port, folder / "simulator.log", executed=[COMMAND]) as simulator:
        installation = Installation.create(folder / "a" / "installation", simulator, [COMMAND])
        with installation.running():
            installation.add_token_profile("p1", new_nip())
            yield installation


class Sender:
    """Sends requests to one bridge, and looks at the answers."""

    def __init__(self, installation: Installation, failures: Failures) -> None:
        assert installation.bridge is not None
        self.count = 0
        self._failures = failures
        self._url = f"http://127.0.0.1:{installation.bridge.port}"
        self._process = installation.bridge.process.pid
        self._before = _peak_of(self._process)
        valid = [installation.api_key, *(installation.new_api_key(each.value) for each in Scope)]
        self._keys = st.one_of(
            st.sampled_from(valid), st.none(), st.text("aŻ_.0 \t", max_size=60), st.just(" ")
        )
        self._valid = frozenset(valid)
        schema = schemathesis.openapi.from_url(f"{self._url}/openapi.json")
        self._operations = [each.ok() for each in schema.get_all_operations()]

    def send_some(self, turn: int) -> None:
        """Some hundred requests, others in each turn."""

        @seed(turn)
        @settings(
            max_examples=_AT_ONCE,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(data=st.data())
        def send(data: st.DataObject) -> None:
            operation = data.draw(st.sampled_from(self._operations))
            case = data.draw(operation.as_strategy(_mode(data, operation)))
            self._send(case, data.draw(self._keys))

        send()
        self._check_memory()

    def _send(self, case: Any, key: str | None) -> None:
        headers = {} if key is None else {"Authorization": f"Bearer {key}".encode()}
        self.count += 1
        begun = time.monotonic()
        answer = case.call(base_url=self._url, headers=headers, timeout=60)
        seconds = time.monotonic() - begun
        is_admitted = key in self._valid or "security" not in case.operation.definition.raw
        wrong = f"{seconds:.0f} s" if seconds > MOST_SECONDS else _wrong(answer, is_admitted)
        if wrong is not None:
            place = f"{case.method} {case.operation.path}: {wrong}"
            told = f"{case.as_curl_command()}\n\n{answer.status_code}\n{answer.text[:2000]}\n"
            self._failures.keep(told.encode(), place, told)

    def _check_memory(self) -> None:
        used = _peak_of(self._process) - self._before
        if used > MOST_BYTES:
            self._failures.keep(b"", "memory", f"{used // 1024**2} MB\n")


def _wrong(answer: Any, is_admitted: bool) -> str | None:
    """What is wrong with an answer, if anything is."""
    status = answer.status_code
    if status == 500 or status > 503:
        return f"answered with {status}"
    if not is_admitted and status not in {400, 401, 404, 405}:
        return f"answered with {status} to what is no key"
    is_problem = answer.headers.get("content-type", [""])[0].startswith(_PROBLEM)
    # Whether it is ready is no problem.
    if status >= 400 and status != 503 and not is_problem:
        return f"no problem details with {status}"
    return None


def _mode(data: st.DataObject, operation: Any) -> schemathesis.GenerationMode:
    """Wrong requests exist where there is anything to be wrong about."""
    modes = [schemathesis.GenerationMode.POSITIVE]
    if operation.body or operation.path_parameters:
        modes.append(schemathesis.GenerationMode.NEGATIVE)
    return data.draw(st.sampled_from(modes))


def _peak_of(process: int) -> int:
    """Bytes that the process or one of those that it started has had resident at the most."""
    peak = 0
    with suppress(OSError):
        status = Path(f"/proc/{process}/status").read_text("ascii")
        peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
        children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
        peak = max(peak, *(_peak_of(int(each)) for each in children.split()), 0)
    return peak


if __name__ == "__main__":
    main()
