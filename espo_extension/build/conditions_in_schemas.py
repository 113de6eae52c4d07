"""The validator for EspoCRM's schemas, quick where they ask for a field's type.

They ask it some sixty times for every field. A validator of its own for each question would take
longer than everything else in a build.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import extend


def fulfils(document: Any, condition: Any) -> bool:
    """Whether a document fits the schema of an `if`."""
    match condition:
        case {"properties": {"type": {"enum": list(types), **other}, **others}, **rest}:
            if not other and not others and not rest and isinstance(document, dict):
                return "type" not in document or document["type"] in types
    return bool(Draft202012Validator(condition).is_valid(document))


def if_then_else(validator: Any, condition: Any, document: Any, schema: Any) -> Iterator[Any]:
    """The keywords `if`, `then` and `else`: yields what is wrong."""
    branch = "then" if fulfils(document, condition) else "else"
    if branch in schema:
        yield from validator.descend(document, schema[branch], schema_path=branch)


EspoCrmValidator: Any = extend(Draft202012Validator, {"if": if_then_else})
