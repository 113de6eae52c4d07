"""PHP classes and JavaScript modules that metadata names: each must be in the package."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from espo_extension.build.failure import BuildFailed
from espo_extension.model.extension import MODULE, Extension

_CLASS_PREFIX = f"Espo\\Modules\\{MODULE}\\"
_MODULE_PREFIX = f"modules/{MODULE.lower()}/"
PHP_FOLDER = f"files/custom/Espo/Modules/{MODULE}"
JAVASCRIPT_FOLDER = f"files/client/custom/modules/{MODULE.lower()}/src"


def check_named_files(documents: Mapping[str, Any], paths: Collection[str]) -> None:
    """Every class and module of ours that a JSON document names is there. Raises BuildFailed."""
    for path, document in documents.items():
        for name in strings(document):
            file = file_of(name)
            if file is not None and file not in paths:
                raise BuildFailed(f"{path} names {name}, for which there is no file {file}")


def check_controllers(extension: Extension, paths: Collection[str]) -> None:
    """Every entity has the controller without which it has no REST endpoint.

    Raises BuildFailed.
    """
    for entity in extension.entities:
        file = f"{PHP_FOLDER}/Controllers/{entity.name}.php"
        if file not in paths:
            raise BuildFailed(f"{entity.name} has no controller: there is no file {file}")


def file_of(name: str) -> str | None:
    """The file of a class or module of ours; None for any other string."""
    if name.startswith(_CLASS_PREFIX):
        return f"{PHP_FOLDER}/{name.removeprefix(_CLASS_PREFIX).replace(chr(92), '/')}.php"
    if name.startswith(_MODULE_PREFIX):
        return f"{JAVASCRIPT_FOLDER}/{name.removeprefix(_MODULE_PREFIX)}.js"
    return None


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value."""
    match value:
        case str():
            yield value
        case dict():
            for member in value.values():
                yield from strings(member)
        case list():
            for member in value:
                yield from strings(member)
