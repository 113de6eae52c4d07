"""A QR code with its caption, measured in the dots of a printer with 300 dots per inch.

The symbol is made as ISO/IEC 18004 says, with error correction level M (docs/decisions.md).
All images are 40 mm wide, so that KOD I and KOD II stand side by side alike. A module is a whole
number of dots: as many as fit, and never less than 4 (0.34 mm).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import segno

DOTS_PER_INCH = 300
MILLIMETRES_PER_INCH = 25.4
QUIET_ZONE = 4
"""Light modules on each side (ISO/IEC 18004: 4 for a QR code)."""
LEAST_DOTS = 4
CAPTION_FONT_DOTS = 20
"""About 5 points: the 35 characters of a KSeF number fit below the symbol in one line."""

_LEVEL = "m"
# Multiples of 3 are whole thousandths of a millimetre.
_WIDTH = 471
_CAPTION_HEIGHT = 42
_CAPTION_BASELINE = 24


@dataclass(frozen=True, slots=True)
class QrImage:
    """Lengths in dots. `matrix` holds a row of bytes for each row of modules, 1 for a dark one."""

    caption: str
    matrix: tuple[bytes, ...] = field(repr=False)

    @property
    def modules(self) -> int:
        """The modules of a side without the quiet zone."""
        return len(self.matrix)

    @property
    def dots(self) -> int:
        """The side of one module."""
        return max(LEAST_DOTS, _WIDTH // (self.modules + 2 * QUIET_ZONE))

    @property
    def width(self) -> int:
        return max(_WIDTH, self.dots * (self.modules + 2 * QUIET_ZONE))

    @property
    def height(self) -> int:
        return self.width + _CAPTION_HEIGHT

    @property
    def margin(self) -> int:
        """From each edge to the symbol: the quiet zone, and what is left of the width."""
        return (self.width - self.dots * self.modules) // 2

    @property
    def caption_baseline(self) -> int:
        return self.width + _CAPTION_BASELINE

    def dark_runs(self) -> Iterator[tuple[int, int, int]]:
        """Row, first column and length of each run of dark modules."""
        for row, modules in enumerate(self.matrix):
            start = modules.find(1)
            while start >= 0:
                end = modules.find(0, start)
                end = len(modules) if end < 0 else end
                yield row, start, end - start
                start = modules.find(1, end)


def qr_image(url: str, caption: str) -> QrImage:
    """The QR code of an address."""
    symbol = segno.make_qr(url, error=_LEVEL)
    return QrImage(caption, tuple(bytes(row) for row in symbol.matrix))


def millimetres(dots: int) -> float:
    """A length on paper."""
    return dots * MILLIMETRES_PER_INCH / DOTS_PER_INCH
