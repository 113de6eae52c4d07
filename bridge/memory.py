"""How the C library keeps the memory of a process with many threads."""

from __future__ import annotations

import ctypes
import os

# malloc.h of glibc; other C libraries have neither.
_M_ARENA_MAX = -8
_ARENAS = 2


def share_arenas() -> None:
    """Let all threads take memory from two arenas (mallopt(3)); glibc gives each one of its own.

    An arena keeps what its thread has once needed, so that a worker grew with each rush. Where
    `MALLOC_ARENA_MAX` is in the environment, that holds.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None and "MALLOC_ARENA_MAX" not in os.environ:
        mallopt(_M_ARENA_MAX, _ARENAS)
