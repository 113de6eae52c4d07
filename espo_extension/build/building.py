"""One build from beginning to end, in memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from espo_extension.build.copied_files import copied_files
from espo_extension.build.failure import BuildFailed
from espo_extension.build.model_checks import check_model
from espo_extension.build.named_files import check_controllers, check_named_files
from espo_extension.build.package import Package, entry_time
from espo_extension.build.php_syntax import php_syntax_checked
from espo_extension.build.rendering import printed, render
from espo_extension.build.schemas import check_schemas, folder_of_schemas
from espo_extension.build.sources import load_extension, parse_json
from espo_extension.build.text_checks import check_labels, check_texts
from espo_extension.model.extension import Extension

SOURCES = Path("espo_extension")
"""Files of the package that are copied have the same path below this folder."""

Note = Callable[[str], None]
"""Is told which checks were left out, one line each."""


def build(root: Path, note: Note) -> Package:
    """The package of the sources below the project's root. Raises BuildFailed."""
    return build_extension(load_extension(root), root, note)


def build_extension(extension: Extension, root: Path, note: Note) -> Package:
    """The package of a model, with the files below the project's root. Raises BuildFailed."""
    time = entry_time(os.environ.get("SOURCE_DATE_EPOCH"))
    check(extension)
    copied = copied_files(root)
    php = [root / SOURCES / path for path in copied if path.endswith(".php")]
    with php_syntax_checked(php, root, note):
        rendered = render(extension, root)
        for path in rendered.keys() & copied.keys():
            raise BuildFailed(f"{path} is rendered and copied; one of the two must go")
        documents = rendered | parsed(copied)
        entries = copied | {path: printed(document) for path, document in rendered.items()}
        check_named_files(documents, entries)
        check_controllers(extension, entries)
        check_schemas(documents, folder_of_schemas(root), note)
    return Package(extension.version, entries, time)


def check(extension: Extension) -> None:
    """Everything that can be said of a model before it is rendered. Raises BuildFailed."""
    check_model(extension)
    check_texts(extension)
    check_labels(extension)


def parsed(files: dict[str, bytes]) -> dict[str, Any]:
    """The JSON files among them as values. Raises BuildFailed."""
    return {
        path: parse_json(content.decode(), path)
        for path, content in files.items()
        if path.endswith(".json")
    }
