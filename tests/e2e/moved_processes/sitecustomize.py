"""Found by every Python process whose time is moved, before anything else is imported.

Python sleeps until a moment of the monotonic clock; libfaketime 0.9.10 takes that moment for one of
the clock that it moves, and the sleep ends with EINVAL.
"""

from __future__ import annotations

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
