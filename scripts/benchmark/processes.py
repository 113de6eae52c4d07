"""What Linux says of the bridge's processes."""

from __future__ import annotations

import re
from pathlib import Path


def workers_of(process: int) -> list[int]:
    """The processes that a process has started and that run."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(each) for each in children.split()]


def resident_megabytes(process: int) -> float:
    """The memory that a process holds, in millions of bytes."""
    [kibibytes] = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(kibibytes) * 1024 / 1_000_000
