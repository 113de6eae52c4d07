"""Layouts: what stands where on EspoCRM's screens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; the width in per cent."""

    field: str
    width: int | None = None
    is_link: bool = False
    label: str | None = None
    """Of the field's labels a shorter one than its own."""


Row = tuple[str | None, ...]
"""Field names side by side; a row of one goes over the whole width, None leaves a cell empty."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A group of rows under a heading; the label is translated by the entity's labels."""

    name: str
    label: str
    rows: tuple[Row, ...]

    def fields(self) -> Iterator[str]:
        """The fields that stand in it."""
        for row in self.rows:
            yield from (cell for cell in row if cell is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layouts:
    """The screens of one entity."""

    list: tuple[Column, ...]
    list_small: tuple[Column, ...]
    """In dialogs that choose a record, in panels of related records, and on a telephone: what is
    to be seen there without scrolling stands first."""
    detail: tuple[Panel, ...]
    detail_small: tuple[Panel, ...]
    """In dialogs that make or show a record."""
    filters: tuple[str, ...]
    bottom_panels: tuple[str, ...] = ()
    """Links whose records are listed below, in this order."""

    def named_fields(self) -> Iterator[tuple[str, str]]:
        """Each layout's name with each field that it names."""
        for name, columns in (("list", self.list), ("listSmall", self.list_small)):
            yield from ((name, column.field) for column in columns)
        for name, panels in (("detail", self.detail), ("detailSmall", self.detail_small)):
            yield from ((name, field) for panel in panels for field in panel.fields())
        yield from (("filters", field) for field in self.filters)
