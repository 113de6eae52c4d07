"""Finds keys that a schema does not know: EspoCRM's schemas let every typing error pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import is_valid

Pointer = tuple[str, ...]

_BRANCHES = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a schema, and how the references in it are followed."""

    schema: Any
    resolver: Any

    def beside(self, schema: Any) -> Part:
        """Another part of the same schema."""
        return Part(schema, self.resolver)


def unknown_keys(parts: Sequence[Part], document: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """The place of each key in a valid document for which the parts together have no word."""
    applicable = [found for part in parts for found in expanded(part, document)]
    if isinstance(document, dict) and any(names_members(part.schema) for part in applicable):
        for key, value in document.items():
            of_member = [found for part in applicable for found in member(part, key)]
            if of_member:
                yield from unknown_keys(of_member, value, (*at, key))
            else:
                yield (*at, key)
    elif isinstance(document, list):
        of_items = [
            part.beside(part.schema["items"]) for part in applicable if "items" in part.schema
        ]
        for item in document:
            yield from unknown_keys(of_items, item, at)


def expanded(part: Part, document: Any) -> Iterator[Part]:
    """A part with everything that it refers to and that applies to the document."""
    schema = part.schema
    if not isinstance(schema, dict):
        return
    yield part
    if "$ref" in schema:
        found = part.resolver.lookup(schema["$ref"])
        yield from expanded(Part(found.contents, found.resolver), document)
    for keyword in _BRANCHES:
        for branch in schema.get(keyword, ()):
            yield from expanded(part.beside(branch), document)
    if "if" in schema:
        holds = is_valid(schema["if"], document)
        yield from expanded(part.beside(schema.get("then" if holds else "else")), document)


def names_members(schema: Any) -> bool:
    """The schema says which members an object has, so that others are unknown."""
    return (
        "properties" in schema
        or "propertyNames" in schema
        or isinstance(schema.get("additionalProperties"), dict)
    )


def member(part: Part, key: str) -> Iterator[Part]:
    """What a part of a schema says of a member, if it knows it."""
    schema = part.schema
    if key in schema.get("properties", {}):
        yield part.beside(schema["properties"][key])
    elif isinstance(schema.get("additionalProperties"), dict):
        yield part.beside(schema["additionalProperties"])
