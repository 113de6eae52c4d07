"""A secret value that does not show itself by accident."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """Bytes that stay out of `repr`, logs, tracebacks and pickles until asked for by name."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes | str) -> None:
        self._value = value.encode() if isinstance(value, str) else value

    def reveal(self) -> bytes:
        """The secret itself."""
        return self._value

    def reveal_text(self) -> str:
        """The secret decoded as UTF-8."""
        return self._value.decode()

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value, other._value)

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not serialised")
