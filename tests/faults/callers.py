"""Callers as EspoCRM is one: told to come back later, they do."""

from __future__ import annotations

import time
from typing import Any

from tests.installation import Installation


def token_in_the_end(
    installation: Installation,
    profile_id: str,
    *,
    force_refresh: bool = False,
    within: float = 20.0,
) -> Any:
    """The body with the access token, asked for again for as long as the bridge says so."""
    end = time.monotonic() + within
    while True:
        answer = installation.access_token(profile_id, {"forceRefresh": force_refresh})
        if answer.status == 200:
            return answer.json
        assert answer.status == 503, answer.json
        assert time.monotonic() < end, answer.json
        time.sleep(int(answer.headers["retry-after"]))
