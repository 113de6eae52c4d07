"""What is counted, for Prometheus: summed over all workers of one bridge."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

# Where prometheus_client looks for it when it is imported.
_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "metrics-"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@contextmanager
def summed_over_workers(runtime_folder: Path) -> Iterator[None]:
    """Let the processes forked in this block add up what they count, in files of one folder.

    Must be entered before `Metrics` is made for the first time in this process.
    """
    _remove_folders_of_the_dead(runtime_folder)
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=runtime_folder)
    os.environ[_FOLDER_VARIABLE] = folder
    master = os.getpid()
    try:
        yield
    finally:
        if os.getpid() == master:
            shutil.rmtree(folder, ignore_errors=True)


class Metrics:
    """The bridge's counters. Labels never hold a company, a profile or a secret."""

    def __init__(self) -> None:
        # Imported late: what is counted where is decided by the environment at import.
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            "ksef_bridge_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self.access_tokens = Counter(
            "ksef_bridge_access_tokens",
            "Access tokens handed out: from the live session (cache), after a refresh or a login.",
            ["source"],
            registry=registry,
        )
        self.logins = Counter(
            "ksef_bridge_logins",
            "Uses of a credential at KSeF.",
            ["environment", "method", "outcome"],
            registry=registry,
        )
        self.refreshes = Counter(
            "ksef_bridge_refreshes",
            "Refreshes of a session.",
            ["environment", "outcome"],
            registry=registry,
        )
        self.enrolments = Counter(
            "ksef_bridge_enrolments",
            "Steps of requests for certificates.",
            ["environment", "type", "outcome"],
            registry=registry,
        )
        self.refusals = Counter(
            "ksef_bridge_refusals",
            "What KSeF refused or did not answer, by the code of the message.",
            ["environment", "code"],
            registry=registry,
        )
        self.ksef_seconds = Histogram(
            "ksef_bridge_ksef_request_seconds",
            "Time that KSeF took to answer; status is `none` where no answer came.",
            ["environment", "operation", "status"],
            buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
            registry=registry,
        )
        self.system_warnings = Counter(
            "ksef_bridge_ksef_system_warnings",
            "Answers of KSeF with X-System-Warning; `signature` ones ask for action.",
            ["environment", "kind"],
            registry=registry,
        )

        # Looking a child up by its labels costs more than counting.
        self._request = cache(self.requests.labels)
        self._call = cache(self.ksef_seconds.labels)
        self._access_token = cache(self.access_tokens.labels)

    def answered(self, method: str, route: str, status: int) -> None:
        """Count a request and its answer."""
        self._request(method if method in _METHODS else "other", route, status).inc()

    def called(self, environment: str, operation: str, status: str, seconds: float) -> None:
        """Count a call to KSeF and the time it took."""
        self._call(environment, operation, status).observe(seconds)

    def handed_out(self, source: str) -> None:
        """Count an access token."""
        self._access_token(source).inc()

    def exposition(self) -> bytes:
        """All counts in Prometheus' text format 0.0.4."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = self._registry
        if _FOLDER_VARIABLE in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def _remove_folders_of_the_dead(runtime_folder: Path) -> None:
    for folder in runtime_folder.glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            with suppress(OSError):
                shutil.rmtree(folder)
