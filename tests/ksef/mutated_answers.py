"""Answers of KSeF as somebody would write them who wants their reader to stumble."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hypothesis import strategies as st

from tests.ksef.scripted_server import Reply

_HOLE = "@@hole@@"
_HOLE_AS_VALUE = b'"@@hole@@"'
_HOLE_AS_MEMBER = b'"@@hole@@": null'

VALUES = (
    *(b"null", b"true", b"0", b"-1", b"1.5", b"1e400", b"NaN", b"-Infinity", b"[]", b"{}", b"[[]]"),
    *(str(2**31).encode(), str(2**63).encode(), b"9" * 4000, b"9" * 5000),
    *(b'""', b'" "', b'"\\u0000"', b'"\\ud800"', b'"\\r\\nX: y"', b'"\x1b[31m"', b'"\xff\xfe"'),
    *(b'"../../x"', b'"%00{0}"', '"٣٣"'.encode(), b'"<a/>&lt;]]>"', b'"\\u202e\\ufffe"'),
    *(b'"' + b"x" * 100 + b'"', b'"' + b"x" * 100_000 + b'"'),
    *(
        b"[" * 900 + b"]" * 900,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ),
    b'"0001-01-01T00:00:00"',
    b'"0001-01-01T00:00:00+14:00"',
    b'"9999-12-31T23:59:59.9999999Z"',
    b'"9999-12-31T23:59:59-14:00"',
    b'"2026-02-30T00:00:00Z"',
)
"""Texts that stand in the place of a value; some of them are no JSON."""

_STATUSES = (200, 200, 200, 202, 204, 301, 400, 401, 403, 404, 410, 429, 500, 503, 599, 999)

_HEADERS: tuple[dict[str, str], ...] = (
    {},
    {},
    {"Retry-After": "1"},
    {"Retry-After": "9" * 9},
    {"Retry-After": "-1"},
    {"Retry-After": "\xb2\xff\x80"},
    {"Retry-After": "Sun, 23 Nov 2025 12:00:30 +999999999999999999999999"},
    {"Retry-After": "Sun, 23 Nov 9999 12:00:30 -2359", "Date": "Mon, 1 Jan 0001 00:00:00 +2359"},
    {"Retry-After": "Mon, 1 Jan 0001 00:00:00 +2359"},
    {"Retry-After": ",,,, : :", "Date": "1"},
    {"X-System-Warning": "\xff\xfe sig-001 \x80"},
    {"Content-Type": "application/json; charset=utf-16"},
    {"Content-Encoding": "gzip"},
)

Path = tuple[Any, ...]
Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Recorded:
    """An answer as KSeF gave it."""

    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Mutation:
    """What becomes of an answer; `status` is its own when None."""

    change: Change
    status: int | None
    headers: Mapping[str, str]

    def of(self, recorded: Recorded) -> Reply:
        """The answer in place of the recorded one."""
        status = recorded.status if self.status is None else self.status
        return Reply(status, self.change(recorded.body), self.headers)


def mutations(shape: Recorded) -> st.SearchStrategy[Mutation]:
    """Mutations of answers that have the same members as `shape`."""
    changes = st.one_of(_structures(json.loads(shape.body or b"{}")), _octets(len(shape.body)))
    statuses = st.one_of(st.none(), st.sampled_from(_STATUSES))
    return st.builds(Mutation, changes, statuses, st.sampled_from(_HEADERS))


def _structures(document: Any) -> st.SearchStrategy[Change]:
    paths = st.sampled_from(list(_paths(document)))
    values = st.sampled_from(VALUES)
    changes = st.one_of(
        st.builds(lambda path, value: partial(_replaced, path=path, value=value), paths, values),
        st.builds(lambda path, value: partial(_repeated, path=path, value=value), paths, values),
        st.builds(lambda path: partial(_without, path=path), paths),
        st.builds(lambda to, of: partial(_copied, to=to, of=of), paths, paths),
    )
    return changes.map(_on_text)


def _on_text(change: Callable[[Any], bytes]) -> Change:
    def changed(body: bytes) -> bytes:
        try:
            return change(json.loads(body or b"{}"))
        except (LookupError, TypeError, ValueError):
            # Another answer than the one whose members are known.
            return body

    return changed


def _octets(length: int) -> st.SearchStrategy[Change]:
    places = st.integers(0, length)
    return st.one_of(
        st.builds(lambda end: lambda body: body[:end], places),
        st.builds(
            lambda at, more, gone: lambda body: body[:at] + more + body[at + gone :],
            places,
            st.binary(max_size=8),
            st.integers(0, 2),
        ),
        st.sampled_from(_WHOLE_BODIES),
    )


_WHOLE_BODIES: tuple[Change, ...] = (
    lambda _: b"",
    lambda _: b" \r\n",
    lambda _: b"<html>\xb1\xea</html>",
    gzip.compress,
    lambda body: body.decode().encode("utf-16"),
    lambda body: body.decode().encode("utf-8-sig"),
    lambda body: body + body,
    lambda body: b" " * (3 * 1024 * 1024) + body,
)


def _paths(value: Any, here: Path = ()) -> Iterator[Path]:
    yield here
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _paths(member, (*here, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*here, index))


def _at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _replaced(document: Any, path: Path, value: bytes) -> bytes:
    if not path:
        return value
    _at(document, path[:-1])[path[-1]] = _HOLE
    return _text(document).replace(_HOLE_AS_VALUE, value, 1)


def _copied(document: Any, to: Path, of: Path) -> bytes:
    return _replaced(document, to, _text(_at(document, of)))


def _repeated(document: Any, path: Path, value: bytes) -> bytes:
    """The member a second time, with another value; the items of a list a thousand times."""
    holder = _at(document, path[:-1])
    if path and isinstance(holder, dict):
        holder[_HOLE] = None
        return _text(document).replace(_HOLE_AS_MEMBER, _text(path[-1]) + b": " + value, 1)
    if path:
        holder *= 1000
    return _text(document)


def _without(document: Any, path: Path) -> bytes:
    if not path:
        return b""
    del _at(document, path[:-1])[path[-1]]
    return _text(document)
