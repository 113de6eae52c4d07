"""Keeps the memory of a process that holds keys away from core files and other processes."""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_PR_SET_DUMPABLE = 4


def make_undumpable() -> None:
    """Let this process and those it forks leave no core file, and no other process look in.

    PR_SET_DUMPABLE (prctl(2), Linux) takes ptrace and `/proc/<pid>/mem` from processes of the same
    user; elsewhere there is only the limit of core files. It ends with exec: a program that is
    started anew must call this itself. Raises OSError when the kernel refuses.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        tell_kernel(_PR_SET_DUMPABLE, 0)


def tell_kernel(option: int, value: int) -> None:
    """Set an attribute of this process by prctl(2). Raises OSError when the kernel refuses."""
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(option, value, 0, 0, 0):
        error = ctypes.get_errno()
        raise OSError(error, f"prctl: {os.strerror(error)}")
