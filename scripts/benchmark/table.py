"""The table that is printed: each row a figure of ours, one to hold it against, and a target."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

_HEAD = ("measured", "ours", "against", "its figure", "ratio", "target", "")


class Unit(Enum):
    """What a figure counts."""

    PER_SECOND = auto()
    MILLISECONDS = auto()
    SECONDS = auto()
    MEGABYTES = auto()
    TIMES = auto()


@dataclass(frozen=True, slots=True)
class Target:
    """What the ratio has to be: `relation` is ≥, ≤ or <."""

    relation: str
    bound: float

    def holds(self, ratio: float) -> bool:
        compare = {"≥": operator.ge, "≤": operator.le, "<": operator.lt}[self.relation]
        return bool(compare(ratio, self.bound))

    def __str__(self) -> str:
        return f"{self.relation} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """Two figures in one unit; a ratio is ours divided by the other's."""

    measured: str
    ours: float
    against: str
    other: float
    unit: Unit
    target: Target

    @property
    def ratio(self) -> float:
        return self.ours / self.other

    @property
    def is_good(self) -> bool:
        return self.target.holds(self.ratio)

    def cells(self) -> tuple[str, ...]:
        return (
            self.measured,
            _figure(self.ours, self.unit),
            self.against,
            _figure(self.other, self.unit),
            f"{self.ratio:.2f}",
            str(self.target),
            "ok" if self.is_good else "**short**",
        )


def markdown(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table whose columns also line up as plain text."""
    lines = [_HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:]))


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def _figure(value: float, unit: Unit) -> str:
    match unit:
        case Unit.PER_SECOND:
            return f"{value:.0f}/s"
        case Unit.MILLISECONDS:
            return f"{value:.2f} ms"
        case Unit.SECONDS:
            return f"{value:.3f} s"
        case Unit.MEGABYTES:
            return f"{value:.0f} MB"
        case Unit.TIMES:
            return f"{value:.4g}"
