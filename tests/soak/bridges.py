"""Two bridges on one state, and who calls them as a proxy before them would."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.killing import kill_bridge, workers_of
from tests.installation import Installation
from tests.processes import COMMAND, Answer, RunningCommand, free_port, running

WORKERS = 2


class BrokenOff(Exception):
    """The bridge ended while it was to answer: a proxy would say 502."""


class NoBridge(Exception):
    """No bridge takes connections."""


@dataclass
class Bridge:
    """One of the bridges; it may be stopped, killed and started again."""

    name: str
    folder: Path
    environment: Mapping[str, str]
    port: int = field(default_factory=free_port)
    command: RunningCommand | None = None
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def start(self) -> None:
        variables = {
            **self.environment,
            "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{self.port}",
            # As on another host: nothing is shared but the databases.
            "KSEF_BRIDGE_RUNTIME_FOLDER": str(self.folder / f"run-{self.name}"),
            "KSEF_BRIDGE_WORKERS": str(WORKERS),
        }
        log = self.folder / f"bridge-{self.name}.log"
        started = running(["serve"], self.port, log, variables, [COMMAND])
        self.command = self.stack.enter_context(started)

    def stop(self) -> None:
        """As systemd stops it: what has begun is answered."""
        self.command = None
        self.stack.close()

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        if self.command is not None:
            kill_bridge(self.command)
        self.stop()

    def processes(self) -> dict[int, str]:
        """What runs: the bridge's own process, which keeps the workers, and the workers."""
        command = self.command
        if command is None:
            return {}
        found = {command.process.pid: f"bridge {self.name}, master"}
        with contextlib.suppress(OSError):
            found |= dict.fromkeys(workers_of(command), f"bridge {self.name}, worker")
        return found


@dataclass
class Bridges(Installation):
    """An installation that is served by several bridges, each call by the next one that is up."""

    each: list[Bridge] = field(default_factory=list)
    turn: int = 0
    turns: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, installation: Installation) -> Bridges:
        made = cls(
            installation.folder,
            installation.simulator,
            environment=installation.environment,
            api_key=installation.api_key,
        )
        made.each = [Bridge(name, made.folder, made.environment) for name in ("one", "two")]
        return made

    @contextlib.contextmanager
    def all_running(self) -> Iterator[None]:
        try:
            for bridge in self.each:
                bridge.start()
            yield
        finally:
            for bridge in self.each:
                bridge.stop()

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One call with the API key, to another bridge where one takes no connection.

        Raises BrokenOff, NoBridge.
        """
        sent: dict[str, Any] = {
            "json_body": body,
            "headers": {"Authorization": f"Bearer {self.api_key}", **headers},
        }
        for _ in self.each:
            command = self._next().command
            if command is None:
                continue
            try:
                return command.call(method, path, **sent)
            except ConnectionRefusedError:
                continue
            except (ConnectionError, TimeoutError, http.client.HTTPException) as error:
                raise BrokenOff(type(error).__name__) from None
        raise NoBridge

    def processes(self) -> dict[int, str]:
        return {pid: name for bridge in self.each for pid, name in bridge.processes().items()}

    def _next(self) -> Bridge:
        with self.turns:
            self.turn += 1
            return self.each[self.turn % len(self.each)]
