"""The entities give the tables that the bridge reads; what else they hold is EspoCRM's own."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Boolean, Column, DateTime, String, Table, Text, UniqueConstraint

from bridge.espocrm.tables import ksef_certificate, ksef_profile

ID_LENGTH = 17

Described = tuple[str, int | None, bool, Any]
"""A column's type, length, whether it may be NULL, and its default."""

# What EspoCRM adds to every entity with `deleteId`.
MADE_BY_ESPOCRM: dict[str, Described] = {
    "id": ("string", ID_LENGTH, False, None),
    "deleted": ("boolean", None, True, False),
    "delete_id": ("string", ID_LENGTH, False, "0"),
}
TEXTS = {"text", "jsonObject", "jsonArray"}


def column_of(name: str, field: dict[str, Any]) -> tuple[str, Described] | None:
    """The column that EspoCRM makes of a field (application/Espo/Core/Utils/Database/Orm)."""
    kind, not_null = field["type"], field.get("notNull", False)
    default = field.get("default")
    if field.get("notStorable") or kind == "phone":
        return None
    column = snake_case(name)
    if kind in ("link", "file"):
        return f"{column}_id", ("string", ID_LENGTH, True, None)
    if kind in TEXTS:
        return column, ("text", None, True, None)
    if kind == "datetime":
        return column, ("datetime", None, True, None)
    if kind == "int":
        return column, ("integer", None, True, default)
    if kind == "bool":
        return column, ("boolean", None, False, bool(default))
    if kind == "enum" and default == "":
        default = None
    assert kind in ("varchar", "enum"), f"{name}: {kind} is new, say what column it makes"
    return column, ("string", field["maxLength"], not not_null, default)


def snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def described(column: Column[Any]) -> Described:
    names = {String: "string", Text: "text", DateTime: "datetime", Boolean: "boolean"}
    default = getattr(column.server_default, "arg", None)
    if default is not None and not isinstance(default, str):
        default = str(default) != "false"
    length = column.type.length if isinstance(column.type, String) else None
    return names[type(column.type)], length, bool(column.nullable), default


@pytest.mark.parametrize(
    ("entity", "table"), [("KsefProfile", ksef_profile), ("KsefCertificate", ksef_certificate)]
)
def test_fields_make_the_columns_that_the_bridge_expects(
    resources: dict[str, Any], entity: str, table: Table
) -> None:
    fields = resources[f"metadata/entityDefs/{entity}"]["fields"]
    columns = dict(found for name, field in fields.items() if (found := column_of(name, field)))
    made = columns | MADE_BY_ESPOCRM
    read = {each.name: described(each) for each in table.columns}
    assert {name: made.get(name) for name in read} == read


@pytest.mark.parametrize(
    ("entity", "table"), [("KsefProfile", ksef_profile), ("KsefCertificate", ksef_certificate)]
)
def test_the_unique_indexes_are_the_bridges(
    resources: dict[str, Any], entity: str, table: Table
) -> None:
    metadata = resources[f"metadata/entityDefs/{entity}"]
    assert metadata["deleteId"] is True
    indexes = {
        tuple(snake_case(name) for name in index["columns"])
        for index in metadata["indexes"].values()
        if index["type"] == "unique"
    }
    assert indexes == {
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
