"""What cannot be read on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
PLACES = (
    "#main .record",
    "#main .list-container",
    "#main .ksef-health",
    "#main .ksef-first-steps",
    ".ksef-dashlet",
    ".modal-dialog .modal-content",
)
"""Where forms, lists and dialogs of ours stand; the bar around them is EspoCRM's own."""


@dataclass(frozen=True)
class Legibility:
    """Of the texts that a page shows, by what keeps them from being read."""

    texts: int
    """How many were looked at."""
    beyond: Sequence[str]
    """Those that nobody can scroll to, and the page itself when it scrolls sideways."""
    cut: Sequence[str]
    """Those of which something around them hides a part."""
    faint: Sequence[str]
    """Those whose contrast is too little, with its ratio (WCAG 2.2, 1.4.3)."""

    @classmethod
    def of(cls, page: Page, least_contrast: float) -> Legibility:
        return cls(**page.evaluate(_SCRIPT, {"places": ", ".join(PLACES), "least": least_contrast}))
