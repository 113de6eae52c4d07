"""`python -m tests.fuzz.openapi openapi FOLDER SECONDS`: requests made of the API's description.

schemathesis makes them for every operation of /openapi.json, right ones and wrong ones; they go to
a running bridge with API keys of all scopes, of one and a narrower one, without a key, and with
what is none.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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
_ALL_SCOPES = "all scopes"
_NARROW = "narrow"
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


def repeat(file: Path) -> bool:
    """Whether a kept request is still answered wrongly, by a bridge that was just started."""
    asked = json.loads(file.read_bytes())
    with tempfile.TemporaryDirectory() as work, _running_bridge(Path(work)) as installation:
        assert installation.bridge is not None
        keys = _keys_of(installation)
        headers = asked["headers"] | _authorization(_named(keys, asked["key"]))
        begun = time.monotonic()
        answer = installation.bridge.call(
            asked["method"], asked["path"], body=asked["body"].encode("latin-1"), headers=headers
        )
        seconds = time.monotonic() - begun
        is_admitted = asked["is_open"] or asked["key"] in keys
        said = Said(answer.status, answer.headers.get("content-type", ""), seconds)
        print(answer.status, answer.body.decode("utf-8", "replace"))  # noqa: T201
        return said.wrong(is_admitted=is_admitted) is not None


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


def _keys_of(installation: Installation) -> dict[str, str]:
    """API keys by what they are for: all scopes, one, or one profile."""
    of_one = {each.value: installation.new_api_key(each.value) for each in Scope}
    narrow = ("--environment", "Test", "--profile", "p1", "--calls-per-minute", "6000")
    return of_one | {
        _ALL_SCOPES: installation.api_key,
        _NARROW: installation.new_api_key_with(*narrow),
    }


def _named(keys: Mapping[str, str], name: str | None) -> str | None:
    """The key of that name, or what stands for one."""
    return None if name is None else keys.get(name, name)


def _authorization(key: str | None) -> dict[str, str]:
    # http.client sends text as Latin-1.
    value = "" if key is None else f"Bearer {key}".encode().decode("latin-1")
    return {"Authorization": value} if value else {}


@dataclass(frozen=True)
class Said:
    """What is looked at of an answer."""

    status: int
    content_type: str
    seconds: float

    def wrong(self, *, is_admitted: bool) -> str | None:
        """What is wrong with it, if anything is."""
        if self.seconds > MOST_SECONDS:
            return "answered too late"
        if self.status == 500 or self.status > 503:
            return f"answered with {self.status}"
        if not is_admitted and self.status not in {400, 401, 404, 405}:
            return f"answered with {self.status} to what is no key"
        # Whether the bridge is ready is no problem.
        if self.status >= 400 and self.status != 503 and not self.content_type.startswith(_PROBLEM):
            return f"no problem details with {self.status}"
        return None


class Sender:
    """Sends requests to one bridge, and looks at the answers."""

    def __init__(self, installation: Installation, failures: Failures) -> None:
        assert installation.bridge is not None
        self.count = 0
        self._failures = failures
        self._url = f"http://127.0.0.1:{installation.bridge.port}"
        self._process = installation.bridge.process.pid
        self._before = _peak_of(self._process)
        self._valid = _keys_of(installation)
        odd = st.one_of(st.none(), st.text("aŻ_.0 \t", max_size=60), st.just(" "))
        self._keys = st.one_of(st.sampled_from(sorted(self._valid)), odd)
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
        """Send a request with the key of that name, or with that as a key."""
        self.count += 1
        headers = _authorization(_named(self._valid, key))
        begun = time.monotonic()
        answer = case.call(base_url=self._url, headers=headers, timeout=60)
        seconds = time.monotonic() - begun
        is_open = "security" not in case.operation.definition.raw
        said = Said(answer.status_code, answer.headers.get("content-type", [""])[0], seconds)
        wrong = said.wrong(is_admitted=is_open or key in self._valid)
        if wrong is not None:
            told = f"{case.as_curl_command()}\n\n{answer.status_code}\n{answer.text[:2000]}\n"
            kept = _kept(answer.request, key, is_open=is_open)
            self._failures.keep(kept, f"{case.method} {case.operation.path}: {wrong}", told)

    def _check_memory(self) -> None:
        used = _peak_of(self._process) - self._before
        if used > MOST_BYTES:
            self._failures.keep(b"", "memory", f"{used // 1024**2} MB\n")


def _kept(request: Any, key: str | None, *, is_open: bool) -> bytes:
    """A request as `repeat` reads it; valid keys are new in each bridge, and have names."""
    body = request.body or b""
    octets = body.encode() if isinstance(body, str) else body
    of_connection = {"authorization", "connection", "content-length", "transfer-encoding"}
    return json.dumps(
        {
            "method": request.method,
            "path": request.path_url,
            "headers": {
                name: value if isinstance(value, str) else value.decode("latin-1")
                for name, value in request.headers.items()
                if name.lower() not in of_connection
            },
            "body": octets.decode("latin-1"),
            "key": key,
            "is_open": is_open,
        }
    ).encode()


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
