"""One execution at a time for one key in this process; who comes meanwhile shares its result."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import structlog

from bridge.espocrm.errors import EspoCrmError
from bridge.state.errors import BridgeError, LeaseLost

log = structlog.get_logger(__name__)


class SingleFlight:
    """Runs work in the background, so that a caller may stop waiting while the work goes on."""

    def __init__(self, threads: int, name: str) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[Any]] = {}

    def join(self, key: Hashable, work: Callable[[], Any]) -> Future[Any]:
        """The future of the work under way for `key`, started now if there is none.

        The work runs in the log's context of the caller that started it.
        """
        with self._lock:
            future = self._under_way.get(key)
            if future is None:
                context = contextvars.copy_context()
                future = self._executor.submit(context.run, self._run, key, work)
                self._under_way[key] = future
            return future

    def _run(self, key: Hashable, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (EspoCrmError, BridgeError, LeaseLost):
            raise
        except Exception as error:
            # Perhaps nobody waits any more who would be told.
            log.error("background-work-failed", type=type(error).__name__)
            raise
        finally:
            with self._lock:
                self._under_way.pop(key, None)
