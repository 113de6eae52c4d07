"""Work that is given up when it takes too long, since a name server or a file system may hang."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Value = TypeVar("Value")


class DeadlinePassed(Exception):
    """The work is not done yet; its thread ends with the process."""


class Work(Generic[Value]):
    """A function running in a thread of its own, which does not keep the process alive."""

    def __init__(self, function: Callable[[], Value], seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._future: Future[Value] = Future()
        threading.Thread(target=self._run, args=(function,), daemon=True).start()

    def result(self) -> Value:
        """What the function returned. Raises DeadlinePassed, and what the function raised."""
        try:
            return self._future.result(max(0, self._end - time.monotonic()))
        except TimeoutError:
            if self._future.done():
                raise
            raise DeadlinePassed from None

    def _run(self, function: Callable[[], Value]) -> None:
        try:
            self._future.set_result(function())
        except Exception as error:  # noqa: BLE001 - raised again where the result is asked for
            self._future.set_exception(error)
