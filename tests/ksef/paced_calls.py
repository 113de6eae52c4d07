"""Calls that take their turns, without being made."""

from __future__ import annotations

from bridge.ksef.errors import Operation
from bridge.ksef.operations import CHALLENGE
from bridge.ksef.pacing import Pacing

URL = "https://ksef.test/v2"
APART = 0.0205


def waits(host: Pacing, calls: int, operation: Operation = CHALLENGE) -> list[float]:
    return [host.reserve(operation) for _ in range(calls)]


def is_paced(host: Pacing, operation: Operation = CHALLENGE) -> bool:
    """Whether calls wait; so many that a pause of this process changes nothing."""
    reserved = waits(host, 20, operation)
    return reserved[0] == 0 and reserved[-1] > 0
