"""The table of refusals, in a form that can be pasted into a note."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

HEAD = ("input", "HTTP", "code", "message (en)", "message (pl)", "stored")


@dataclass
class RefusalTable:
    """One line for each thing that was tried."""

    title: str
    head: tuple[str, ...] = HEAD
    lines: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        assert len(cells) == len(self.head)
        self.lines.append(tuple(" ".join(cell.split()).replace("|", "\\|") for cell in cells))

    def write(self, path: Path) -> None:
        rows = [self.head, ("---",) * len(self.head), *self.lines]
        text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        path.write_text(f"{self.title}\n\n{text}\n")
