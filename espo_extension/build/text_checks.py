"""Checks of texts: every language says something, and the same things are filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from espo_extension.build.failure import BuildFailed
from espo_extension.model.entity import Entity
from espo_extension.model.extension import Extension, TextTree
from espo_extension.model.fields import Field
from espo_extension.model.text import LOCALES, Text

OTHER_SCOPES = ("Admin", "Global", "ScheduledJob", "Settings")
"""EspoCRM's own i18n scopes to which the extension adds texts."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def check_texts(extension: Extension) -> None:
    """Raises BuildFailed at the first text that is not whole."""
    for place, text in placed_texts(extension):
        for language in LOCALES:
            if not text.in_language(language).strip():
                raise BuildFailed(f"{place} is empty in {language}")
        missing = placeholders(text.en) ^ placeholders(text.pl)
        if missing:
            names = ", ".join(f"{{{name}}}" for name in sorted(missing))
            raise BuildFailed(f"{place} has {names} in one language only")


def check_labels(extension: Extension) -> None:
    """Every label that panels, actions and Administration name is there. Raises BuildFailed."""
    scopes = (*OTHER_SCOPES, *(entity.name for entity in extension.entities))
    for scope in scopes:
        if scope not in extension.texts:
            raise BuildFailed(f"texts/{scope}.json is missing")
    for scope in extension.texts:
        if scope not in scopes:
            raise BuildFailed(f"texts/{scope}.json is of no scope that is rendered")
    for entity in extension.entities:
        for label in named_labels(entity):
            require(extension, entity.name, "labels", label)
        for action in entity.mass_actions:
            require(extension, entity.name, "massActions", action.name)
    require(extension, "Admin", "labels", extension.administration_label)
    for item in extension.administration_items:
        require(extension, "Admin", "labels", item.label)
        require(extension, "Admin", "descriptions", item.name)
        require(extension, "Admin", "keywords", item.name)


def require(extension: Extension, scope: str, category: str, key: str) -> None:
    """A text is there. Raises BuildFailed."""
    texts = extension.texts[scope].get(category, {})
    if isinstance(texts, Text) or key not in texts:
        raise BuildFailed(f"texts/{scope}.json has no {category}: {key}")


def named_labels(entity: Entity) -> Iterator[str]:
    """The labels that an entity's screens name."""
    yield f"Create {entity.name}"
    yield from (panel.label for panel in (*entity.layouts.detail, *entity.layouts.detail_small))
    yield from (action.label for action in (*entity.buttons, *entity.menu))


def placed_texts(extension: Extension) -> Iterator[tuple[str, Text]]:
    """Every text with the place where it stands."""
    for entity in extension.entities:
        yield f"{entity.name}: label", entity.label
        yield f"{entity.name}: plural", entity.plural
        for field in entity.fields:
            yield from field_texts(f"{entity.name}.{field.name}", field)
        for link in entity.links:
            if link.label:
                yield f"{entity.name}.{link.name}: label", link.label
        for each in entity.filters:
            yield f"{entity.name}: filter {each.name}", each.label
    for setting in extension.settings:
        yield from field_texts(f"Settings.{setting.field.name}", setting.field)
    for name, pattern in extension.patterns.items():
        yield f"pattern {name}: message", pattern.message
    for scope, tree in extension.texts.items():
        yield from nested_texts(f"texts/{scope}.json", tree)
    yield from ((f"message {code}", text) for code, text in extension.catalogue.items())
    yield from nested_texts("names.json", extension.names)


def field_texts(place: str, field: Field) -> Iterator[tuple[str, Text]]:
    """A field's texts with their places."""
    yield f"{place}: label", field.label
    if field.tooltip:
        yield f"{place}: tooltip", field.tooltip
    for option in field.options:
        if option.label:
            name = f"option {option.value}" if option.value else "the empty option"
            yield f"{place}: {name}", option.label


def nested_texts(place: str, tree: TextTree) -> Iterator[tuple[str, Text]]:
    """The texts of a tree with their places."""
    for key, value in tree.items():
        if isinstance(value, Text):
            yield f"{place}: {key}", value
        else:
            yield from nested_texts(f"{place}: {key}", value)


def placeholders(text: str) -> set[str]:
    """The names of what is filled in."""
    return set(_PLACEHOLDER.findall(text))
