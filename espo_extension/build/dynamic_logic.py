"""Checks of dynamic logic: what forms do depends on things that exist."""

from __future__ import annotations

from collections.abc import Iterator

from espo_extension.build.failure import BuildFailed
from espo_extension.model.conditions import Condition, attributes
from espo_extension.model.entity import Entity


def check_logic(entity: Entity) -> None:
    """Raises BuildFailed at the first condition, field, panel or option that is unknown."""
    check_targets(entity)
    known = entity.attributes()
    for name, condition in conditions(entity):
        for attribute in attributes(condition):
            if attribute not in known:
                raise BuildFailed(
                    f"{entity.name}: the dynamic logic of {name} looks at {attribute}, "
                    "which is unknown"
                )


def check_targets(entity: Entity) -> None:
    """Logic acts on fields, panels and options that exist. Raises BuildFailed."""
    fields = {field.name: field for field in entity.fields}
    for name in (*entity.field_logic, *entity.option_logic):
        if name not in fields:
            raise BuildFailed(f"{entity.name}: dynamic logic names {name}, which is no field")
    panels = {panel.name for panel in (*entity.layouts.detail, *entity.layouts.detail_small)}
    for name in entity.panel_logic:
        if name not in panels:
            raise BuildFailed(f"{entity.name}: dynamic logic names {name}, which is no panel")
    for name, alternatives in entity.option_logic.items():
        offered = {value for each in alternatives for value in each.values}
        for value in sorted(offered - fields[name].values()):
            raise BuildFailed(f"{entity.name}: dynamic logic offers {value}, no option of {name}")


def conditions(entity: Entity) -> Iterator[tuple[str, Condition]]:
    """Every condition, with the field or panel that it is for."""
    for name, logic in entity.field_logic.items():
        yield from ((name, condition) for condition in logic.conditions())
    yield from entity.panel_logic.items()
    for name, alternatives in entity.option_logic.items():
        yield from ((name, each.condition) for each in alternatives)
