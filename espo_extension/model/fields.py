"""Fields: what an entity holds, how it is labelled, and whether it may ever be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from espo_extension.model.text import Text

FieldType = Literal[
    "bool",
    "datetime",
    "enum",
    "file",
    "int",
    "jsonArray",
    "jsonObject",
    "link",
    "password",
    "phone",
    "text",
    "varchar",
]

Style = Literal["default", "success", "info", "warning", "danger", "primary"]


class Secrecy(Enum):
    """How EspoCRM restricts a field; the values are its names for it (entityAcl)."""

    NONE = None
    INPUT = "internal"
    """An administrator writes it, nobody reads it: for what is handed on and never stored."""
    STORED = "forbidden"
    """Nobody reads or writes it but code: for seals and for what EspoCRM keeps to itself."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value of an enum; the empty value needs no label."""

    value: str
    label: Text | None = None
    style: Style | None = None


NOTHING_CHOSEN = Option("")
"""Stands first where a form must not choose silently, or where a fact may be unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field by EspoCRM's type; the remaining attributes are parameters of that type."""

    name: str
    type: FieldType
    label: Text
    tooltip: Text | None = None
    secrecy: Secrecy = Secrecy.NONE
    is_secret: bool = False
    """It carries a secret, in clear or sealed, and must be restricted accordingly."""

    stored: bool = True
    """Whether it has a column. (Phone numbers have a table of EspoCRM's.)"""
    select: str | None = None
    """The expression that computes a field without a column."""
    computed_from: tuple[str, ...] = ()
    """Attributes that code needs to fill it in, so that lists fetch them too."""
    present_with: str | None = None
    """A bool without a column is searched for by whether this attribute has a value."""
    orderer: str | None = None
    """The PHP class that sorts lists by a field without a column."""
    not_null: bool = False
    default: str | bool | None = None
    max_length: int | None = None

    required: bool = False
    read_only: bool = False
    """Set by code only: what a request sends is passed over."""
    fixed_after_create: bool = False
    pattern: str | None = None
    """A name from PATTERNS."""
    sanitizer: str | None = None
    """The PHP class that reads what was sent, before it is validated."""
    options: tuple[Option, ...] = ()
    as_label: bool = False
    """Shown as a coloured label."""
    create_button: bool = False
    """A link field whose `+` makes the other record on the spot."""
    copy_button: bool = False
    rows: int | None = None
    view: str | None = None
    """A view of ours that shows it, below `modules/ksef/views/`."""
    audited: bool = False
    for_screens_only: bool = False
    """No value of the record: a place for a view, not offered in filters or exports."""

    def styles(self) -> Mapping[str, Style]:
        """The colour of each option that has one."""
        return {option.value: option.style for option in self.options if option.style}

    def values(self) -> frozenset[str]:
        """The values of its options."""
        return frozenset(option.value for option in self.options)

    def attributes(self) -> tuple[str, ...]:
        """The names under which EspoCRM keeps its values."""
        match self.type:
            case "link" | "file":
                return (f"{self.name}Id", f"{self.name}Name")
            case _:
                return (self.name,)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that a whole value must match, and what to say otherwise."""

    expression: str
    message: Text
