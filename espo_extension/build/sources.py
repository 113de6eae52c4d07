"""Reads what the model does not declare: texts, the message catalogue, the bridge's constants."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from espo_extension.build.changelog import newest_entry
from espo_extension.build.failure import BuildFailed
from espo_extension.model.extension import Extension, TextTree
from espo_extension.model.text import LOCALES, Text

TEXTS = Path("espo_extension/model/texts")
CATALOGUE = Path("bridge/messages/catalogue")
NAMES = Path("bridge/messages/names.json")
CONTRACT = Path("bridge/api/service.py")
CHANGELOG = Path("CHANGELOG.md")
NOT_SHOWN_IN_ESPOCRM = frozenset(
    {"doctor.json", "extension.json", "home.json", "initialization.json"}
)


def load_extension(root: Path) -> Extension:
    """The extension as the files below the project's root describe it. Raises BuildFailed."""
    from bridge.ksef.environments import PORTAL_URLS

    return Extension(
        version=str(read_json(root / "manifest.json", root)["version"]),
        changes=newest_entry(text_of_file(root / CHANGELOG)),
        contract=integer_constant(root / CONTRACT, "CONTRACT"),
        portal_urls={str(environment): url for environment, url in PORTAL_URLS.items()},
        texts={
            file.stem: text_tree(read_json(file, root), f"texts/{file.name}")
            for file in sorted((root / TEXTS).glob("*.json"))
        },
        catalogue=catalogue(root),
        names=names(root),
    )


def text_of_file(file: Path) -> str:
    """What stands in a file. Raises BuildFailed."""
    if not file.is_file():
        raise BuildFailed(f"{file.name} is missing")
    return file.read_text("utf-8")


def catalogue(root: Path) -> Mapping[str, Text]:
    """Every text that a person may meet in EspoCRM, by code. Raises BuildFailed."""
    texts: dict[str, Text] = {}
    for file in sorted((root / CATALOGUE).glob("*.json")):
        if file.name in NOT_SHOWN_IN_ESPOCRM:
            continue
        for code, text in text_tree(read_json(file, root), f"catalogue/{file.name}").items():
            if not isinstance(text, Text):
                raise BuildFailed(f"catalogue/{file.name}: {code} is not a text in two languages")
            texts[code] = text
    return texts


def names(root: Path) -> Mapping[str, Mapping[str, Text]]:
    """Words for the API's values, by placeholder and value. Raises BuildFailed."""
    from bridge.messages.message_catalogue import names_from

    return {
        placeholder: {
            value: text_of(words, f"{NAMES.name}: {placeholder}.{value}")
            for value, words in values.items()
        }
        for placeholder, values in names_from(read_json(root / NAMES, root)).items()
    }


def text_tree(node: Mapping[str, Any], place: str) -> TextTree:
    """Texts from their JSON form, where a text is `{"en": …, "pl": …}`. Raises BuildFailed."""
    tree: dict[str, Text | TextTree] = {}
    for key, value in node.items():
        here = f"{place}: {key}" if place.endswith(".json") else f"{place}.{key}"
        if not isinstance(value, dict):
            raise BuildFailed(f"{here} is not a text in two languages")
        is_text = value.keys() & LOCALES.keys()
        tree[key] = text_of(value, here) if is_text else text_tree(value, here)
    return tree


def text_of(languages: Mapping[str, Any], place: str) -> Text:
    """One text from its JSON form. Raises BuildFailed."""
    for language in LOCALES:
        if not isinstance(languages.get(language), str):
            raise BuildFailed(f"{place} has no text in {language}")
    for unknown in languages.keys() - LOCALES.keys():
        raise BuildFailed(f"{place} has a text in {unknown}, which is no language of the extension")
    return Text(**languages)


def read_json(file: Path, root: Path) -> dict[str, Any]:
    """A JSON file's object, no key of it given twice. Raises BuildFailed."""
    content: dict[str, Any] = parse_json(file.read_text("utf-8"), file.relative_to(root).as_posix())
    return content


def parse_json(source: str, place: str) -> Any:
    """JSON in which no key is given twice. Raises BuildFailed."""
    try:
        return json.loads(source, object_pairs_hook=unique_keys)
    except ValueError as error:
        raise BuildFailed(f"{place} is not sound JSON: {error}") from None


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of these members. Raises ValueError."""
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key “{twice}” stands twice")
    return members


def integer_constant(file: Path, name: str) -> int:
    """A constant of a module, without the seconds that importing a web framework takes.

    Raises BuildFailed.
    """
    statements = ast.parse(file.read_text("utf-8")).body if file.is_file() else []
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Constant(value=int(value))):
                if found == name:
                    return value
    raise BuildFailed(f"{file.name} has no integer constant {name}")
