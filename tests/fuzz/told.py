"""What becomes of an error or a value after it was read: words that people see, JSON, a log."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.credentials.inspecting import CATALOGUE


def assert_told(code: str, params: Mapping[str, str | int]) -> None:
    """The text has both languages, and can be sent as JSON."""
    texts = [CATALOGUE.text(code, "en", params), CATALOGUE.text(code, "pl", params)]
    json.dumps([texts, dict(params)], ensure_ascii=False, allow_nan=False).encode()
