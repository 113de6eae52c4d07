"""Checks of the model: names that fit each other, secrets that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable

from espo_extension.build.dynamic_logic import check_logic
from espo_extension.build.failure import BuildFailed
from espo_extension.model.entity import Entity
from espo_extension.model.extension import Extension
from espo_extension.model.fields import Field, Secrecy

_LOOKS_SECRET = ("password", "apikey", "sealed", "privatekey", "keyfile")


def check_model(extension: Extension) -> None:
    """Raises BuildFailed at the first thing that does not fit."""
    for entity in extension.entities:
        for field in entity.fields:
            check_field(entity.name, field, extension)
            check_secrecy(f"{entity.name}.{field.name}", field)
        check_unique(entity.name, [field.name for field in entity.fields])
        check_links(entity, extension)
        check_layouts(entity)
        check_logic(entity)
        check_attributes(entity)
    for setting in extension.settings:
        field = setting.field
        if looks_secret(field) and setting.level != "internal":
            raise BuildFailed(f"Settings.{field.name} is a secret but its level is {setting.level}")
        if not field.tooltip:
            raise BuildFailed(f"Settings.{field.name} has no tooltip")


def check_field(entity: str, field: Field, extension: Extension) -> None:
    """A field's parameters. Raises BuildFailed."""
    for option in field.options:
        if option.value and not option.label:
            raise BuildFailed(f"{entity}.{field.name}: the option {option.value} has no label")
    check_unique(f"{entity}.{field.name}", [option.value for option in field.options])
    if field.default is not None and field.options and field.default not in field.values():
        raise BuildFailed(f"{entity}.{field.name}: the default {field.default} is no option")
    if field.type in ("varchar", "enum") and field.stored and not field.max_length:
        raise BuildFailed(f"{entity}.{field.name} has no length, so its column would be too wide")
    if field.pattern and field.pattern not in extension.patterns:
        raise BuildFailed(f"{entity}.{field.name}: there is no pattern {field.pattern}")


def check_secrecy(place: str, field: Field) -> None:
    """A secret is restricted, and only what is sealed has a column. Raises BuildFailed."""
    if looks_secret(field) and not field.is_secret:
        raise BuildFailed(f"{place} looks like a secret and is not declared as one")
    if not field.is_secret:
        return
    if field.secrecy is Secrecy.NONE:
        raise BuildFailed(f"{place} is a secret without a restriction")
    if field.secrecy is Secrecy.INPUT and field.stored:
        raise BuildFailed(f"{place} takes a secret and would store it: it must have no column")
    if field.audited:
        raise BuildFailed(f"{place} is a secret and would be written to the audit log")


def looks_secret(field: Field) -> bool:
    """By its type or name it carries a secret."""
    name = field.name.lower()
    return (
        field.type == "password"
        or name == "token"
        or (field.type != "bool" and any(part in name for part in _LOOKS_SECRET))
    )


def check_links(entity: Entity, extension: Extension) -> None:
    """Each link between our entities has its counterpart. Raises BuildFailed."""
    ours = {each.name: each for each in extension.entities}
    for field in entity.fields:
        if field.type == "link" and field.name not in {link.name for link in entity.links}:
            raise BuildFailed(f"{entity.name}.{field.name} is a link field without a link")
    for link in entity.links:
        if link.type == "hasMany" and not link.label:
            raise BuildFailed(f"{entity.name}.{link.name} has no label")
        if link.foreign is None:
            continue
        if link.entity not in ours:
            raise BuildFailed(f"{entity.name}.{link.name} leads to {link.entity}, which is unknown")
        back = {each.name: each for each in ours[link.entity].links}.get(link.foreign)
        if back is None or (back.entity, back.foreign) != (entity.name, link.name):
            raise BuildFailed(
                f"{entity.name}.{link.name}: {link.entity}.{link.foreign} does not lead back"
            )


def check_layouts(entity: Entity) -> None:
    """Layouts name fields that exist and may be shown. Raises BuildFailed."""
    fields = {field.name: field for field in entity.fields}
    for layout, name in entity.layouts.named_fields():
        place = f"{entity.name}: the layout {layout}"
        if name not in fields:
            raise BuildFailed(f"{place} names {name}, which is no field")
        if fields[name].secrecy is Secrecy.STORED:
            raise BuildFailed(
                f"{entity.name}: the layout {layout} shows {name}, which is forbidden"
            )
    many = {link.name for link in entity.links if link.type == "hasMany"}
    for link in entity.layouts.bottom_panels:
        if link not in many:
            raise BuildFailed(f"{entity.name}: the bottom panels name {link}, which is no link")


def check_attributes(entity: Entity) -> None:
    """Indexes, lists and computed fields use attributes with a column. Raises BuildFailed."""
    stored = entity.attributes(only_stored=True)
    uses: list[tuple[str, Iterable[str]]] = [
        (f"the index {index.name}", index.attributes) for index in entity.indexes
    ]
    uses += [(field.name, field.computed_from) for field in entity.fields]
    uses += [(field.name, (field.present_with,)) for field in entity.fields if field.present_with]
    uses.append(("the search box", entity.text_filter))
    if entity.order_by not in {field.name for field in entity.fields if field.orderer}:
        uses.append(("the order", (entity.order_by,)))
    for user, used in uses:
        for attribute in used:
            if attribute not in stored:
                raise BuildFailed(f"{entity.name}: {user} uses {attribute}, which has no column")


def check_unique(place: str, items: list[str]) -> None:
    """Nothing is declared twice. Raises BuildFailed."""
    for item in items:
        if items.count(item) > 1:
            raise BuildFailed(f"{place} declares {item or 'the empty option'} twice")
