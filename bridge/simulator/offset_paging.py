"""Pages that are asked for by number: `pageOffset` and `pageSize`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flask import request

from bridge.simulator.errors import InvalidInput
from bridge.simulator.request_body import page_size

Item = TypeVar("Item")

_GREATEST_OFFSET = 2**31 - 1


def page_by_number(items: Sequence[Item], *, most: int) -> tuple[Sequence[Item], bool]:
    """The page of `items` that the request asks for, and whether there are more after it.

    `pageSize` is 10 to `most`, `pageOffset` the page's number from 0. Raises 21405.
    """
    size = page_size(most=most)
    offset = _page_offset()
    first = offset * size
    return items[first : first + size], len(items) > first + size


def _page_offset() -> int:
    given = request.args.get("pageOffset", "0")
    if not (given.isascii() and given.isdigit() and int(given) <= _GREATEST_OFFSET):
        raise InvalidInput("pageOffset: dozwolone są liczby całkowite od 0.")
    return int(given)
