"""Keeps the memory of a process that holds keys away from core files and other processes."""

from __future__ import annotations

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4


def make_undumpable() -> None:
    """Let this process and those it forks leave no core file, and no other process look in.

    PR_SET_DUMPABLE (prctl(2), Linux) takes ptrace and `/proc/<pid>/mem` from processes of the same
    user; elsewhere there is only the limit of core files. It ends with exec: a program that is
    started anew must call this itself.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
