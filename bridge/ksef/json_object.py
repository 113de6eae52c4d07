"""Reads fields out of KSeF's JSON: what is asked for must be there and fit, the rest is ignored.

An answer is read as if somebody else had written it: whatever comes out of here can be stored,
logged and told in JSON, and moments and numbers can be reckoned with. A `word` also goes into URLs,
XML and the columns of a table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

from bridge.credentials.secret import Secret

_BEARER_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
_WORD = re.compile(r"[\x21-\x7e]{1,64}")
_LONGEST_TEXT = 20_000
_INTEGERS = range(-(2**63), 2**63)
# Years that sums and differences with any duration of ours do not leave.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)

Value = TypeVar("Value")


class ContractBroken(ValueError):
    """The answer does not fit the contract at `field` (a path like `status.code`)."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def json_value(body: bytes) -> object:
    """The value of a JSON text (RFC 8259). Raises ContractBroken."""
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ContractBroken("(body)") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object with the path that leads to it, so that an odd field can be named.

    The plain readers raise ContractBroken when the field is missing or of another kind; the
    `optional_` ones give None when it is missing or null.
    """

    fields: Mapping[str, object]
    path: str = ""

    @classmethod
    def of(cls, value: object, path: str = "") -> JsonObject:
        """`value` as an object. Raises ContractBroken."""
        if not isinstance(value, dict):
            raise ContractBroken(path or "(body)")
        return cls(value, path)

    def text(self, name: str) -> str:
        return self._present(name, self.optional_text(name))

    def optional_text(self, name: str) -> str | None:
        """A text that UTF-8 can encode, of at most 20,000 characters."""
        value = self._of_type(name, str)
        return None if value is None else self._text(name, value)

    def word(self, name: str) -> str:
        return self._present(name, self.optional_word(name))

    def optional_word(self, name: str) -> str | None:
        """What something is known by: at most 64 characters of visible ASCII."""
        text = self.optional_text(name)
        if text is not None and not _WORD.fullmatch(text):
            raise ContractBroken(self._path_of(name))
        return text

    def integer(self, name: str) -> int:
        """A whole number of 64 bits."""
        value = self._present(name, self._of_type(name, int))
        if isinstance(value, bool) or value not in _INTEGERS:
            raise ContractBroken(self._path_of(name))
        return value

    def boolean(self, name: str) -> bool:
        return self._present(name, self.optional_boolean(name))

    def optional_boolean(self, name: str) -> bool | None:
        return self._of_type(name, bool)

    def moment(self, name: str) -> datetime:
        return self._present(name, self.optional_moment(name))

    def optional_moment(self, name: str) -> datetime | None:
        """A time with up to seven fractional digits, cut to microseconds; UTC when it says none.

        A time before 1970 or after 9000, such as .NET's own first and last, is that year's.
        """
        text = self.optional_text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ContractBroken(self._path_of(name)) from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        # Only then in UTC, in which the first and the last hours of the calendar are none.
        return min(max(moment, _EARLIEST), _LATEST).astimezone(UTC)

    def bearer_token(self, name: str) -> Secret:
        """A token that can stand in an `Authorization` header (RFC 6750, section 2.1)."""
        text = self.text(name)
        if not _BEARER_TOKEN.fullmatch(text):
            raise ContractBroken(self._path_of(name)) from None
        return Secret(text)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; empty when it is missing or null."""
        values = self._of_type(name, list) or []
        if not all(isinstance(value, str) for value in values):
            raise ContractBroken(self._path_of(name))
        return tuple(self._text(name, value) for value in values)

    def object(self, name: str) -> JsonObject:
        return self._present(name, self.optional_object(name))

    def optional_object(self, name: str) -> JsonObject | None:
        value = self._of_type(name, dict)
        return None if value is None else JsonObject(value, self._path_of(name))

    def optional_value(self, name: str, read: Callable[[JsonObject], Value]) -> Value | None:
        """What `read` makes of the object under `name`; None when there is none."""
        value = self.optional_object(name)
        return None if value is None else read(value)

    def objects(self, name: str) -> tuple[JsonObject, ...]:
        values = self._present(name, self._of_type(name, list))
        return objects_in(values, self._path_of(name))

    def _text(self, name: str, value: str) -> str:
        if len(value) > _LONGEST_TEXT:
            raise ContractBroken(self._path_of(name))
        # JSON may hold halves of surrogate pairs, which nothing else takes.
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")

    def _of_type(self, name: str, kind: type[Value]) -> Value | None:
        value = self.fields.get(name)
        if value is None or isinstance(value, kind):
            return value
        raise ContractBroken(self._path_of(name))

    def _present(self, name: str, value: Value | None) -> Value:
        if value is None:
            raise ContractBroken(self._path_of(name))
        return value

    def _path_of(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def objects_in(value: object, path: str = "") -> tuple[JsonObject, ...]:
    """The objects of a JSON array. Raises ContractBroken."""
    if not isinstance(value, list):
        raise ContractBroken(path or "(body)")
    return tuple(JsonObject.of(each, f"{path}[{index}]") for index, each in enumerate(value))
