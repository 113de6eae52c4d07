"""Somebody's dashboard with the dashlet on it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.e2e.rest import RestUser

DASHLET = ".ksef-dashlet"
LAYOUT = [
    {
        "id": "ksef-tab",
        "name": "KSeF",
        "layout": [{"id": "ksef-dashlet", "name": "Ksef", "x": 0, "y": 0, "width": 2, "height": 6}],
    }
]


@contextlib.contextmanager
def dashboard(user: RestUser) -> Iterator[None]:
    """The dashlet alone is on the user's dashboard until the block ends."""
    preferences = f"Preferences/{user.done('GET', 'App/user')['user']['id']}"
    before = user.done("GET", preferences)["dashboardLayout"]
    user.done("PUT", preferences, {"dashboardLayout": LAYOUT})
    try:
        yield
    finally:
        user.done("PUT", preferences, {"dashboardLayout": before})
