"""One build from beginning to end, in memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from espo_extension.build.copied_files import copied_files
from espo_extension.build.failure import BuildFailed
from espo_extension.build.named_files import check_named_files
from espo_extension.build.package import Package, entry_time
from espo_extension.build.rendering import printed, render
from espo_extension.build.sources import load_extension, parse_object
from espo_extension.model.extension import Extension


def build(root: Path, note: Callable[[str], None]) -> Package:
    """The package of the sources below the project's root.

    `note` is told which checks were left out, one line each. Raises BuildFailed.
    """
    return build_extension(load_extension(root), root, note)


def build_extension(extension: Extension, root: Path, note: Callable[[str], None]) -> Package:
    """The package of a model, with the files below the project's root. Raises BuildFailed."""
    entries = copied_files(root)
    documents = render(extension, root)
    for path in documents.keys() & entries.keys():
        raise BuildFailed(f"{path} is rendered and copied; one of the two must go")
    copied: dict[str, Any] = {
        path: parse_object(content.decode(), path)
        for path, content in entries.items()
        if path.endswith(".json")
    }
    check_named_files(documents | copied, entries)
    entries |= {path: printed(document) for path, document in documents.items()}
    return Package(extension.version, entries, entry_time(os.environ.get("SOURCE_DATE_EPOCH")))
