"""An entity: everything that EspoCRM's metadata says of one kind of record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from espo_extension.model.conditions import Condition, FieldLogic, OptionLogic
from espo_extension.model.fields import Field
from espo_extension.model.layouts import Layouts
from espo_extension.model.text import Text

MADE_BY_ESPOCRM = frozenset({"id", "deleteId"})
"""Attributes that no field declares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relation to another entity."""

    name: str
    type: Literal["belongsTo", "hasMany"]
    entity: str
    foreign: str | None = None
    label: Text | None = None
    """A link that is a field too takes the field's label."""
    read_only: bool = False
    """Records cannot be related through it, neither on screens nor by its endpoints."""


@dataclass(frozen=True, slots=True)
class Index:
    """A unique index; its columns by their attributes' names."""

    name: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button or menu item of the detail screen, and the handler that does it."""

    name: str
    label: str
    """Translated by the entity's labels."""
    handler: str
    """Below `modules/ksef/handlers/`."""
    function: str
    visibility_function: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MassAction:
    """An action on the records that are chosen in a list; named by the entity's massActions."""

    name: str
    handler: str
    """Below `modules/ksef/handlers/`."""
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BottomPanel:
    """A panel of ours below the record."""

    name: str
    label: str
    """Translated by the entity's labels or by EspoCRM."""
    view: str
    """Below `modules/ksef/views/`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryFilter:
    """A named filter of lists and of dialogs that choose a record."""

    name: str
    label: Text
    php_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoolFilter:
    """A filter that our screens set and do not show."""

    name: str
    php_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProcessing:
    """PHP classes that take part when a record is read or written, in their order."""

    update_filters: tuple[str, ...] = ()
    """Change what an update sends before anything looks at it."""
    early_before_create: tuple[str, ...] = ()
    """Run before EspoCRM's own validation."""
    before_create: tuple[str, ...] = ()
    before_update: tuple[str, ...] = ()
    after_create: tuple[str, ...] = ()
    after_update: tuple[str, ...] = ()
    before_delete: tuple[str, ...] = ()
    loaders: tuple[str, ...] = ()
    """Fill in fields without a column, for one record and for lists."""
    mass_delete: str | None = None
    """Deletes chosen records; without it EspoCRM's own does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One kind of record, for administrators only."""

    name: str
    label: Text
    plural: Text
    icon: str
    """A class of Font Awesome."""
    shows_catalogue: bool = False
    """The message catalogue's texts stand among its messages."""
    fields: tuple[Field, ...]
    links: tuple[Link, ...]
    indexes: tuple[Index, ...]
    layouts: Layouts
    order_by: str = "name"
    text_filter: tuple[str, ...]
    """Fields in which the search box of the list looks."""
    record: RecordProcessing = RecordProcessing()
    list_view: str = "list"
    list_record_view: str = "record/list"
    detail_view: str | None = None
    """The views of ours that show a list, its records and a record, below `modules/ksef/views/`."""
    setup_handlers: Mapping[str, str] = field(default_factory=dict)
    """Handlers of ours that prepare a screen, below `modules/ksef/handlers/`."""
    buttons: tuple[Action, ...] = ()
    menu: tuple[Action, ...] = ()
    """In the menu beside the Edit button."""
    mass_actions: tuple[MassAction, ...] = ()
    bottom_panels: tuple[BottomPanel, ...] = ()
    filters: tuple[PrimaryFilter, ...] = ()
    bool_filters: tuple[BoolFilter, ...] = ()
    field_logic: Mapping[str, FieldLogic] = field(default_factory=dict)
    panel_logic: Mapping[str, Condition] = field(default_factory=dict)
    option_logic: Mapping[str, tuple[OptionLogic, ...]] = field(default_factory=dict)

    def attributes(self, *, only_stored: bool = False) -> frozenset[str]:
        """The attributes of a record: all of them, or those with a column."""
        return MADE_BY_ESPOCRM | {
            attribute
            for each in self.fields
            if each.stored or not only_stored
            for attribute in each.attributes()
        }
