"""How many inspections run at once in a worker, how many wait, and for how long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.inspector.errors import InspectorBusy

AT_ONCE = 2
MOST_WAITING = 6
LONGEST_WAIT = 2.5
"""Seconds; with the time of an inspection it stays below the eight that an answer may take."""


class Places:
    """Places for inspections; of the worker's threads at most half are taken up by them."""

    def __init__(self, threads: int) -> None:
        half = max(threads // 2, 1)
        at_once = min(AT_ONCE, half)
        self._running = threading.BoundedSemaphore(at_once)
        self._all = threading.BoundedSemaphore(min(at_once + MOST_WAITING, half))

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place until the block ends. Raises InspectorBusy."""
        if not self._all.acquire(blocking=False):
            raise InspectorBusy
        try:
            if not self._running.acquire(timeout=LONGEST_WAIT):
                raise InspectorBusy
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._all.release()
