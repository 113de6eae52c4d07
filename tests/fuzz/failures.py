"""Inputs that a target could not bear, kept with what happened: one for each place in the code."""

from __future__ import annotations

import hashlib
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.bounds import Bounds, TooLarge, TooSlow
from tests.fuzz.target import Read

_PRODUCT = "/bridge/"


@dataclass
class Failures:
    """The failures of one target; `folder` is made with the first."""

    target: str
    folder: Path
    places: set[str] = field(default_factory=set)

    def read(self, bounds: Bounds, read: Read, data: bytes) -> None:
        """Read an input; a failure is kept, and ends nothing."""
        try:
            bounds.read(read, data)
        except (Exception, TooSlow) as error:  # noqa: BLE001 - that is what is looked for
            self.keep(data, place_of(error), "".join(traceback.format_exception(error)))

    def keep(self, data: bytes, place: str, told: str) -> None:
        """Keep the first input that fails at a place, and beside it how to repeat it."""
        if place in self.places:
            return
        self.places.add(place)
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / hashlib.sha256(data).hexdigest()[:16]
        file.write_bytes(data)
        file.with_suffix(".txt").write_text(f"{place}\n{repeating(self.target, file)}\n\n{told}")


def repeating(target: str, file: Path) -> str:
    """The command that reads a kept input once more."""
    return f"scripts/fuzz --repeat {target} {file}"


def place_of(error: BaseException) -> str:
    """Kind of failure and the line of the product that it came through last.

    What is slow or large is so as a whole, wherever a clock has interrupted it.
    """
    frames = traceback.extract_tb(error.__traceback__)
    in_product = [each for each in frames if _PRODUCT in each.filename]
    if isinstance(error, TooSlow | TooLarge):
        in_product = in_product[:1]
    where = (in_product or frames)[-1]
    return f"{type(error).__name__} {Path(where.filename).name}:{where.lineno}"
