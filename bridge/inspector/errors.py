"""Why nothing can be said about uploaded files. Each `code` is a key of the message catalogue."""

from __future__ import annotations

RETRY_AFTER = 5
"""Seconds after which a place is free again, whatever is being inspected now."""


class InspectorError(Exception):
    """The base of this package's errors; the same request may succeed in RETRY_AFTER seconds."""

    code: str


class InspectorBusy(InspectorError):
    """As many inspections run and wait as the worker takes."""

    code = "inspections-busy"


class InspectorAway(InspectorError):
    """The process that inspects cannot be started, or ended before it began to read."""

    code = "inspections-impossible"
