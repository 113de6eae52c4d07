"""Pages of a list that is sorted from the newest to the oldest."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from flask import request

from bridge.simulator.errors import BadRequest

HEADER = "x-continuation-token"

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items and the token of the next page, None after the last one."""

    items: Sequence[Item]
    continuation_token: str | None


def page_of(
    items: Sequence[Item], key: Callable[[Item], tuple[datetime, str]], size: int
) -> Page[Item]:
    """The page that the request's continuation token asks for, the first without one.

    `key` gives an item's date and reference number. The token names the last item of the page
    before, so that items which come or go meanwhile neither repeat nor hide others. Raises 21418.
    """
    ordered = sorted(items, key=key, reverse=True)
    given = request.headers.get(HEADER)
    if given:
        last = _decode(given)
        ordered = [item for item in ordered if key(item) < last]
    page = ordered[:size]
    more = len(ordered) > size
    return Page(page, _encode(key(page[-1])) if more else None)


def _encode(key: tuple[datetime, str]) -> str:
    return base64.b64encode(json.dumps([key[0].isoformat(), key[1]]).encode()).decode()


def _decode(token: str) -> tuple[datetime, str]:
    try:
        moment, reference = json.loads(base64.b64decode(token, validate=True))
        decoded = datetime.fromisoformat(moment)
    except (binascii.Error, ValueError, TypeError):
        decoded = None
        reference = None
    if decoded is None or decoded.tzinfo is None or not isinstance(reference, str):
        raise BadRequest(21418, "Przekazany token kontynuacji ma nieprawidłowy format.")
    return decoded, reference
