"""Conditions of dynamic logic: when a form shows, demands or locks something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute against a value, by EspoCRM's name of the comparison."""

    type: Literal["equals", "notEquals", "in", "notIn", "isEmpty", "isNotEmpty", "isTrue"]
    attribute: str
    value: str | tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Combination:
    """Several conditions of which all, or any, must hold."""

    type: Literal["and", "or"]
    conditions: tuple[Condition, ...]


Condition = Comparison | Combination


def equals(attribute: str, value: str) -> Comparison:
    """The attribute has this value."""
    return Comparison("equals", attribute, value)


def one_of(attribute: str, *values: str) -> Comparison:
    """The attribute has one of these values."""
    return Comparison("in", attribute, values)


def is_not_empty(attribute: str) -> Comparison:
    """The attribute has a value."""
    return Comparison("isNotEmpty", attribute)


def is_empty(attribute: str) -> Comparison:
    """The attribute has no value."""
    return Comparison("isEmpty", attribute)


def all_of(*conditions: Condition) -> Combination:
    """All of the conditions hold."""
    return Combination("and", conditions)


def any_of(*conditions: Condition) -> Combination:
    """At least one of the conditions holds."""
    return Combination("or", conditions)


def attributes(condition: Condition) -> Iterator[str]:
    """Every attribute that a condition looks at."""
    if isinstance(condition, Comparison):
        yield condition.attribute
        return
    for part in condition.conditions:
        yield from attributes(part)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLogic:
    """When a field is shown, demanded, or locked; None: what its definition says."""

    visible: Condition | None = None
    required: Condition | None = None
    read_only: Condition | None = None

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions that are given."""
        return tuple(each for each in (self.visible, self.required, self.read_only) if each)


@dataclass(frozen=True, slots=True)
class OptionLogic:
    """The options that an enum offers while a condition holds."""

    condition: Condition
    values: tuple[str, ...]
