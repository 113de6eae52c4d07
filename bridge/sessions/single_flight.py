"""One execution at a time for one key in this process; who comes meanwhile shares its result."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Result = TypeVar("Result")


class SingleFlight(Generic[Result]):
    """Runs work in the background, so that a caller may stop waiting while the work goes on."""

    def __init__(self, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="login")
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[Result]] = {}

    def join(self, key: Hashable, work: Callable[[], Result]) -> Future[Result]:
        """The future of the work under way for `key`, started now if there is none."""
        with self._lock:
            future = self._under_way.get(key)
            if future is None:
                future = self._executor.submit(self._run, key, work)
                self._under_way[key] = future
            return future

    def _run(self, key: Hashable, work: Callable[[], Result]) -> Result:
        try:
            return work()
        finally:
            with self._lock:
                self._under_way.pop(key, None)
