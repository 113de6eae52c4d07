"""EspoCRM's own schemas for metadata, layouts and routes, where they are at hand.

They are EspoCRM's and no part of this project: the setting KSEF_SHARED names a folder that has
them below espocrm/schema.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from espo_extension.build.failure import BuildFailed
from espo_extension.build.rendering import RESOURCES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://www.espocrm.com/schema/"

NOT_CHECKED = "JSON not checked against EspoCRM's schemas: {}"

SAME_FORM = {"detailSmall": "detail", "listSmall": "list"}
"""Layouts whose schema goes by the name of another one."""

KNOWN_TO_ESPOCRM_ONLY = frozenset(
    {
        # `unique` is what the schema has; EspoCRM reads `type` (ORM/Defs/IndexDefs.php).
        ("metadata/entityDefs", "indexes.*.type"),
        # Any type of field may be audited; the schema's list of types lags behind.
        ("metadata/entityDefs", "fields.*.audited"),
        # Parameters of phone numbers (Resources/metadata/fields/phone.json,
        # Core/FieldProcessing/PhoneNumber/Saver.php).
        ("metadata/entityDefs", "fields.*.onlyPrimary"),
        ("metadata/entityDefs", "fields.*.defaultType"),
        # Keeps a setting from users who are no administrators (Core/Utils/Config/Access.php).
        ("metadata/entityDefs", "fields.*.onlyAdmin"),
        # EspoCRM 9.1 and later move it to logicDefs themselves; 9.0 knows no other place.
        ("metadata/clientDefs", "dynamicLogic"),
        # Of Note only: the views of notes by their type (client/src/views/stream/record/list.js).
        ("metadata/clientDefs", "itemViews"),
    }
)
"""Keys that EspoCRM reads though its schema does not know them."""


def folder_of_schemas(root: Path) -> Path:
    """Where the schemas are, if they are there."""
    return Path(os.environ.get("KSEF_SHARED", root.parent / "shared")) / "espocrm/schema"


def check_schemas(documents: Mapping[str, Any], folder: Path, note: Callable[[str], None]) -> None:
    """Every document fits EspoCRM's schema and has no key that the schema does not know.

    `note` is told when that cannot be checked. Raises BuildFailed.
    """
    if not folder.is_dir():
        note(NOT_CHECKED.format("KSEF_SHARED names no folder that has them"))
        return
    try:
        import jsonschema_rs  # noqa: F401
    except ImportError:
        note(NOT_CHECKED.format("the Python module jsonschema_rs is missing"))
        return
    for path, document in documents.items():
        name = schema_name(path, folder)
        if name is not None:
            check_document(path, document, name, folder)


def schema_name(path: str, folder: Path) -> str | None:
    """The schema for a file of the package; None where EspoCRM has none."""
    inside = path.removeprefix(f"{RESOURCES}/").removesuffix(".json")
    match inside.split("/"):
        case ["metadata", "app", name]:
            schema = f"metadata/app/{name}"
        case ["metadata", section, _]:
            schema = f"metadata/{section}"
        case ["layouts", _, name]:
            schema = f"layouts/{SAME_FORM.get(name, name)}"
        case [name]:
            schema = name
        case _:
            return None
    return schema if (folder / f"{schema}.json").is_file() else None


def check_document(path: str, document: Any, name: str, folder: Path) -> None:
    """One document against one schema. Raises BuildFailed."""
    from espo_extension.build.unknown_keys import unknown_keys

    validator, whole = validator_of(name, folder)
    place = path.removeprefix(f"{RESOURCES}/")
    for error in validator.iter_errors(document):
        at = ".".join(map(str, error.instance_path))
        raise BuildFailed(f"{place}: {at or 'the whole'}: {error.message}")
    for pointer in unknown_keys([whole], document):
        if not any(
            schema == name and PurePath(*pointer).match(known.replace(".", "/"))
            for schema, known in KNOWN_TO_ESPOCRM_ONLY
        ):
            raise BuildFailed(f"{place}: EspoCRM's schema knows no {'.'.join(pointer)}")


@cache
def validator_of(name: str, folder: Path) -> tuple[Any, Any]:
    """The validator of a schema, and the schema as the search for unknown keys begins with it.

    Both find the schemas that it refers to.
    """
    from jsonschema_rs import Draft202012Validator, Registry

    from espo_extension.build.unknown_keys import Part

    def retrieve(uri: str) -> dict[str, Any]:
        return schema(uri.removeprefix(BASE).removesuffix(".json"), folder)

    content = schema(name, folder)
    registry = Registry([(content["$id"], content)], retriever=retrieve)
    resolver = registry.resolver(content["$id"])
    return Draft202012Validator(content, registry=registry), Part(content, resolver)


def schema(name: str, folder: Path) -> dict[str, Any]:
    """A schema as it was meant.

    Some of EspoCRM's carry the identifier of another one, a dialect of their own, or a list of
    `items` as in drafts before 2020-12.
    """
    content = json.loads((folder / f"{name}.json").read_text("utf-8"))
    mend(content)
    return {**content, "$id": f"{BASE}{name}.json", "$schema": DIALECT}


def mend(node: Any) -> None:
    """At every depth: lists of `items` become `prefixItems`, and alternatives between constants
    an `enum`, which says the same and takes a tenth of the time.
    """
    if isinstance(node, dict):
        if isinstance(node.get("items"), list):
            node["prefixItems"] = node.pop("items")
        alternatives = node.get("anyOf")
        if isinstance(alternatives, list) and all(
            each.keys() == {"const"} for each in alternatives
        ):
            node["enum"] = [each["const"] for each in node.pop("anyOf")]
        for member in node.values():
            mend(member)
    elif isinstance(node, list):
        for member in node:
            mend(member)
