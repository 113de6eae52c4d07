"""Memory and file descriptors of processes over time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# Until then a process fills its caches; what grows later does not stop.
_WARM = 0.25
_LONG_SECONDS = 600
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

    def table(self) -> list[str]:
        """Markdown: each process that was seen more than once, over its own life."""
        columns = "seconds | MiB at first | warm | at the end | most | files warm | end | most"
        lines = [f"| process | {columns} |", "|---" + "|--:" * 8 + "|"]
        for pid, sizes in self.taken.items():
            if len(sizes) > 1:
                warm, last = _warm(sizes), sizes[-1]
                most = max(each.resident for each in sizes)
                files = max(each.files for each in sizes)
                lines.append(
                    f"| {self.names[pid]} {pid} | {last.at - sizes[0].at:.0f} "
                    f"| {sizes[0].resident:.0f} | {warm.resident:.0f} | {last.resident:.0f} "
                    f"| {most:.0f} | {warm.files} | {last.files} | {files} |"
                )
        return lines

    def grown(self) -> list[str]:
        """Processes that lived long and did not keep their size."""
        told = []
        for pid, sizes in self.taken.items():
            warm, last = _warm(sizes), sizes[-1]
            if last.at - sizes[0].at < _LONG_SECONDS:
                continue
            if last.resident > warm.resident * _GROWTH + _SLACK_MIB:
                told.append(
                    f"{self.names[pid]} grew from {warm.resident:.0f} to {last.resident:.0f} MiB"
                )
            if last.files > warm.files * _GROWTH + _SLACK_MIB:
                told.append(f"{self.names[pid]}: {warm.files} open files became {last.files}")
        return told

    def _size(self, pid: int) -> Size:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        resident = next(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024
        files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
        return Size(time.monotonic() - self.began, resident, files)


def _warm(sizes: list[Size]) -> Size:
    return sizes[int(len(sizes) * _WARM)]
