"""Reads the bodies of requests: a JSON object or the answer is 400, or a file as it is."""

from __future__ import annotations

import json
import math
from typing import Any

from flask import Request

from bridge.api.problems import Problem


class JsonRequest(Request):
    """Reads a body once, strictly: no body is an empty object, whatever the content type says."""

    _parsed: dict[str, Any] | None = None

    def get_json(self, *_: Any, **__: Any) -> dict[str, Any]:
        """The body. Raises Problem: 400 when it is not one object in UTF-8, 415 when not JSON."""
        if self._parsed is None:
            self._parsed = self._parse()
        return self._parsed

    def xml_file(self) -> bytes:
        """The body, byte for byte. Raises Problem: 413, 415 when it is not said to be XML."""
        if self.mimetype != "application/xml":
            raise Problem(415, "request-not-xml")
        return self._whole_body()

    def _whole_body(self) -> bytes:
        raw = self.get_data()
        if self.content_length is None and len(raw) >= (self.max_content_length or math.inf):
            # A chunked body is cut at the limit without a word.
            raise Problem(413, "request-too-large")
        return raw

    def _parse(self) -> dict[str, Any]:
        raw = self._whole_body()
        if not raw.strip():
            return {}
        if not self.is_json:
            raise Problem(415, "request-not-json")
        try:
            body = json.loads(raw.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Problem(400, "request-malformed") from None
        if not isinstance(body, dict):
            raise Problem(400, "request-malformed")
        return body
