"""The threads in which this process talks to KSeF, and how many requests may wait for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import TypeVar

from bridge.credentials.environment import Environment
from bridge.sessions.single_flight import SingleFlight
from bridge.state.errors import LeaseLost, TryLater

ANSWER_WITHIN_SECONDS = 7.5

Result = TypeVar("Result")


class KsefThreads:
    """Threads apart for each environment, so that one that hangs does not hold up the others.

    Of `request_threads`, that is what the server answers with, at most half wait for one
    environment and three quarters for all: the rest stays free for calls that KSeF has no part in.
    """

    def __init__(self, request_threads: int) -> None:
        share = max(1, request_threads // 2)
        self._flights = {
            environment: SingleFlight(share, f"ksef-{environment.value.lower()}")
            for environment in Environment
        }
        self._waiting = {each: threading.BoundedSemaphore(share) for each in Environment}
        self._all_waiting = threading.BoundedSemaphore(max(1, request_threads * 3 // 4))

    def wait(
        self,
        environment: Environment,
        key: Hashable,
        work: Callable[[], Result],
        end: float | None = None,
    ) -> Result:
        """The result of `work`, which goes on when it is not there by `end` (monotonic clock).

        Requests with the same key share one execution. Raises TryLater("login-in-progress") when
        it takes longer, or when too many wait already.
        """
        if end is None:
            end = time.monotonic() + ANSWER_WITHIN_SECONDS
        future: Future[Result] = self._flights[environment].join(key, work)
        if future.done():
            return self._result(environment, future.result)
        if not self._waiting[environment].acquire(blocking=False):
            raise TryLater("login-in-progress", retry_after=1)
        try:
            if not self._all_waiting.acquire(blocking=False):
                raise TryLater("login-in-progress", retry_after=1)
            try:
                seconds = max(0.0, end - time.monotonic())
                return self._result(environment, lambda: future.result(timeout=seconds))
            finally:
                self._all_waiting.release()
        finally:
            self._waiting[environment].release()

    @staticmethod
    def _result(environment: Environment, obtain: Callable[[], Result]) -> Result:
        try:
            return obtain()
        except TryLater as later:
            later.environment = environment
            raise
        except (FutureTimeout, LeaseLost):
            raise TryLater("login-in-progress", retry_after=2) from None
