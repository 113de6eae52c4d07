"""Memory and file descriptors of processes over time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_GROWTH = 1.10
_SLACK_MIB = 4


@dataclass(frozen=True, slots=True)
class Size:
    """Seconds since the beginning; MiB resident; open files."""

    at: float
    resident: float
    files: int


@dataclass
class Sizes:
    """The sizes of whatever `processes` names, by process id, every few seconds."""

    processes: Callable[[], dict[int, str]]
    every: float
    names: dict[int, str] = field(default_factory=dict)
    taken: dict[int, list[Size]] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    warm: dict[int, Size] = field(default_factory=dict)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        ended = threading.Event()

        def watch() -> None:
            while not ended.is_set():
                self.take()
                ended.wait(self.every)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()

    def take(self) -> None:
        for pid, name in self.processes().items():
            # It may end at this moment.
            with contextlib.suppress(OSError, ValueError):
                size = self._size(pid)
                self.names[pid] = name
                self.taken.setdefault(pid, []).append(size)

    def are_warm(self) -> None:
        """Who runs now has all that its work takes: more than that is growth."""
        self.take()
        self.warm = {pid: self.taken[pid][-1] for pid in self.processes() if pid in self.taken}

    def table(self) -> list[str]:
        """Markdown: each process that was seen more than once, over its own life."""
        columns = "seconds | MiB at first | warm | at the end | most | files warm | end | most"
        lines = [f"| process | {columns} |", "|---" + "|--:" * 8 + "|"]
        for pid, sizes in self.taken.items():
            if len(sizes) > 1:
                warm, last = self.warm.get(pid), sizes[-1]
                most = max(each.resident for each in sizes)
                files = max(each.files for each in sizes)
                lines.append(
                    f"| {self.names[pid]} {pid} | {last.at - sizes[0].at:.0f} "
                    f"| {sizes[0].resident:.0f} | {f'{warm.resident:.0f}' if warm else ''} "
                    f"| {last.resident:.0f} | {most:.0f} | {warm.files if warm else ''} "
                    f"| {last.files} | {files} |"
                )
        return lines

    def grown(self) -> list[str]:
        """Processes that were warm and have not kept their size until now."""
        stayed = self.processes().keys() & self.warm.keys()
        told = [] if stayed else ["no process was there from the beginning to the end"]
        for pid in stayed:
            name, warm, last = self.names[pid], self.warm[pid], self.taken[pid][-1]
            if last.resident > warm.resident * _GROWTH + _SLACK_MIB:
                told.append(f"{name} grew from {warm.resident:.0f} to {last.resident:.0f} MiB")
            if last.files > warm.files * _GROWTH + _SLACK_MIB:
                told.append(f"{name}: {warm.files} open files became {last.files}")
        return told

    def _size(self, pid: int) -> Size:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        resident = next(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024
        files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
        return Size(time.monotonic() - self.began, resident, files)
