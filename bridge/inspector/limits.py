"""What a process that opens foreign files may use and touch, told to the kernel.

A native library holds the interpreter while it works, so that nothing within the process could stop
it: the kernel does, by ending it.
"""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

from bridge.undumpable import make_undumpable, tell_kernel

CPU_SECONDS = 1
"""Processor time for one upload. A key of the portal takes a fortieth of a second."""

WALL_SECONDS = 5
"""Time on the clock for one upload, however busy the machine is."""

MEMORY_BYTES = 256 * 1024 * 1024
"""Memory beyond that of the idle process. OpenSSL's own scrypt keys take 16 MiB."""

_NICENESS = 10
_PR_SET_NO_NEW_PRIVS = 38


def conceal() -> None:
    """Let nobody read this process's memory, and nothing of it reach a disk.

    Nor does what it might start get more rights than it has (PR_SET_NO_NEW_PRIVS, prctl(2)).
    """
    make_undumpable()
    tell_kernel(_PR_SET_NO_NEW_PRIVS, 1)


def confine() -> None:
    """Bind this process to the limits for the rest of its life.

    It writes no file, starts no process, and gives way to the workers.
    """
    memory = _address_space() + MEMORY_BYTES
    for limit, value in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (value, value))
    # Whatever the worker's thread had blocked, an alarm ends this process.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(WALL_SECONDS)
    os.nice(_NICENESS)


def _address_space() -> int:
    """The size of this process's address space in bytes (proc_pid_statm(5))."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    return int(pages) * resource.getpagesize()
