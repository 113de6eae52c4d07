"""What is there already: MySQL commits each statement, so a step may have been cut off."""

from __future__ import annotations

from alembic import op
from sqlalchemy import inspect


def has_table(name: str) -> bool:
    return inspect(op.get_bind()).has_table(name)


def has_column(table: str, name: str) -> bool:
    return name in {each["name"] for each in inspect(op.get_bind()).get_columns(table)}


def has_index(table: str, name: str) -> bool:
    return inspect(op.get_bind()).has_index(table, name)
