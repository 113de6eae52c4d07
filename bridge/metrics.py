"""What is counted, for Prometheus: summed over all workers of one bridge."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.counts import Counts

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SUM = "sum"

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Values = dict[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class _Counter:
    name: str
    meaning: str
    labels: Sequence[str]

    def family(self, values: Values) -> Metric:
        family = CounterMetricFamily(self.name, self.meaning, labels=self.labels)
        for labels, value in sorted(values.items()):
            family.add_metric(labels, value)
        return family


@dataclass(frozen=True, slots=True)
class _Histogram:
    """A value stands under its labels and the upper end of its bucket; so does the sum of all."""

    name: str
    meaning: str
    labels: Sequence[str]
    buckets: Sequence[str]

    def bucket(self, value: float) -> str:
        return next(end for end in self.buckets if value <= float(end))

    def family(self, values: Values) -> Metric:
        family = HistogramMetricFamily(self.name, self.meaning, labels=self.labels)
        for labels in sorted({labels[:-1] for labels in values}):
            counts = accumulate(values.get((*labels, end), 0.0) for end in self.buckets)
            family.add_metric(
                labels,
                list(zip(self.buckets, counts, strict=True)),
                values.get((*labels, _SUM), 0.0),
            )
        return family


_REQUESTS = _Counter("ksef_bridge_requests", "Requests answered.", ("method", "route", "status"))
_ACCESS_TOKENS = _Counter(
    "ksef_bridge_access_tokens",
    "Access tokens handed out: from the live session (cache), after a refresh or a login.",
    ("source",),
)
_LOGINS = _Counter(
    "ksef_bridge_logins", "Uses of a credential at KSeF.", ("environment", "method", "outcome")
)
_REFRESHES = _Counter(
    "ksef_bridge_refreshes", "Refreshes of a session.", ("environment", "outcome")
)
_ENROLMENTS = _Counter(
    "ksef_bridge_enrolments",
    "Steps of requests for certificates.",
    ("environment", "type", "outcome"),
)
_REFUSALS = _Counter(
    "ksef_bridge_refusals",
    "What KSeF refused or did not answer, by the code of the message.",
    ("environment", "code"),
)
_KSEF_SECONDS = _Histogram(
    "ksef_bridge_ksef_request_seconds",
    "Time that KSeF took to answer; status is `none` where no answer came.",
    ("environment", "operation", "status"),
    ("0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "30.0", "+Inf"),
)
_SYSTEM_WARNINGS = _Counter(
    "ksef_bridge_ksef_system_warnings",
    "Answers of KSeF with X-System-Warning; `signature` ones ask for action.",
    ("environment", "kind"),
)
_ALL = (
    *(_REQUESTS, _ACCESS_TOKENS, _LOGINS, _REFRESHES, _ENROLMENTS, _REFUSALS),
    *(_KSEF_SECONDS, _SYSTEM_WARNINGS),
)


class Metrics(Collector):
    """The bridge's counters. Labels never hold a company, a profile or a secret.

    Counting never fails. Workers that are given the same folder answer for each other.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._counts = Counts(folder)

    def answered(self, method: str, route: str, status: int) -> None:
        """Count a request and its answer."""
        self._count(_REQUESTS, method if method in _METHODS else "other", route, str(status))

    def handed_out(self, source: str) -> None:
        """Count an access token."""
        self._count(_ACCESS_TOKENS, source)

    def used_credential(self, environment: str, method: str, outcome: str) -> None:
        """Count a login, or an attempt at one."""
        self._count(_LOGINS, environment, method, outcome)

    def refreshed(self, environment: str, outcome: str) -> None:
        """Count a refresh of a session."""
        self._count(_REFRESHES, environment, outcome)

    def enrolled(self, environment: str, type_: str, outcome: str) -> None:
        """Count a step of a request for a certificate."""
        self._count(_ENROLMENTS, environment, type_, outcome)

    def refused(self, environment: str, code: str) -> None:
        """Count what KSeF refused or did not answer."""
        self._count(_REFUSALS, environment, code)

    def called(self, environment: str, operation: str, status: str, seconds: float) -> None:
        """Count a call to KSeF and the time it took."""
        labels = (environment, operation, status)
        self._count(_KSEF_SECONDS, *labels, _KSEF_SECONDS.bucket(seconds))
        self._counts.add(_key(_KSEF_SECONDS.name, *labels, _SUM), seconds)

    def warned(self, environment: str, kind: str) -> None:
        """Count a system warning of KSeF's."""
        self._count(_SYSTEM_WARNINGS, environment, kind)

    def exposition(self) -> bytes:
        """All counts in Prometheus' text format 0.0.4."""
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """The counts as prometheus_client takes them."""
        values: dict[str, Values] = defaultdict(dict)
        for key, value in self._counts.totals().items():
            name, *labels = json.loads(key)
            values[name][tuple(labels)] = value
        return (each.family(values[each.name]) for each in _ALL)

    def _count(self, metric: _Counter | _Histogram, *labels: str) -> None:
        self._counts.add(_key(metric.name, *labels))


@cache
def _key(*parts: str) -> str:
    return json.dumps(parts)
