"""Somebody's dashboard with the dashlet on it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from tests.e2e.rest import RestUser

DASHLET = ".ksef-dashlet"
DASHLETS: list[dict[str, object]] = [
    {"id": "ksef-dashlet", "name": "Ksef", "x": 0, "y": 0, "width": 2, "height": 6}
]


@contextlib.contextmanager
def dashboard(user: RestUser, dashlets: Sequence[dict[str, object]] = DASHLETS) -> Iterator[None]:
    """The dashlet alone, or these, are on the user's dashboard until the block ends."""
    layout = [{"id": "ksef-tab", "name": "KSeF", "layout": dashlets}]
    preferences = f"Preferences/{user.done('GET', 'App/user')['user']['id']}"
    before = user.done("GET", preferences)["dashboardLayout"]
    user.done("PUT", preferences, {"dashboardLayout": layout})
    try:
        yield
    finally:
        user.done("PUT", preferences, {"dashboardLayout": before})
