"""Reads fields out of KSeF's JSON: what is asked for must be there and fit, the rest is ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from bridge.credentials.secret import Secret

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")

Value = TypeVar("Value")


class ContractBroken(ValueError):
    """The answer does not fit the contract at `field` (a path like `status.code`)."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


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
        return self._of_type(name, str)

    def integer(self, name: str) -> int:
        value = self._present(name, self._of_type(name, int))
        if isinstance(value, bool):
            raise ContractBroken(self._path_of(name))
        return value

    def boolean(self, name: str) -> bool:
        return self._present(name, self.optional_boolean(name))

    def optional_boolean(self, name: str) -> bool | None:
        return self._of_type(name, bool)

    def moment(self, name: str) -> datetime:
        return self._present(name, self.optional_moment(name))

    def optional_moment(self, name: str) -> datetime | None:
        """A time with up to seven fractional digits, cut to microseconds; UTC when it says none."""
        text = self.optional_text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ContractBroken(self._path_of(name)) from None

    def bearer_token(self, name: str) -> Secret:
        """A token that can stand in an `Authorization` header (RFC 6750, section 2.1)."""
        text = self.text(name)
        if not _VISIBLE_ASCII.fullmatch(text):
            raise ContractBroken(self._path_of(name)) from None
        return Secret(text)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; empty when it is missing or null."""
        values = self._of_type(name, list) or []
        if not all(isinstance(value, str) for value in values):
            raise ContractBroken(self._path_of(name))
        return tuple(values)

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
