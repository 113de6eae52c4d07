"""Where the sources are, copies of them, and models with one thing wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from espo_extension.build.building import check
from espo_extension.build.failure import BuildFailed
from espo_extension.model.entity import Entity
from espo_extension.model.extension import Extension
from espo_extension.model.fields import Field

ROOT = Path(__file__).parents[2]
SHARED = os.environ.get("KSEF_SHARED", str(ROOT.parent / "shared"))


def copied_tree(target: Path, root: Path = ROOT) -> Path:
    """The sources that a build needs, in a folder of their own."""
    without_leftovers = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("espo_extension", "bridge"):
        shutil.copytree(root / name, target / name, ignore=without_leftovers)
    (target / "scripts").mkdir()
    for name in ("manifest.json", "CHANGELOG.md", "scripts/build_extension.py"):
        shutil.copy(root / name, target / name)
    return target


def run_build(
    root: Path,
    *arguments: str,
    python: tuple[str, ...] = (sys.executable,),
    folder: Path | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run the build script of a tree, from another folder, to its end."""
    return subprocess.run(
        [*python, str(root / "scripts/build_extension.py"), *arguments],
        cwd=folder or root.parent,
        env={**os.environ, "KSEF_SHARED": SHARED, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def with_entity(extension: Extension, name: str, **changes: Any) -> Extension:
    """The extension with one entity changed."""
    return replace(
        extension,
        entities=tuple(
            replace(entity, **changes) if entity.name == name else entity
            for entity in extension.entities
        ),
    )


def with_field(extension: Extension, entity: str, field_name: str, /, **changes: Any) -> Extension:
    """The extension with one field changed."""
    fields = tuple(
        replace(field, **changes) if field.name == field_name else field
        for field in entity_named(extension, entity).fields
    )
    return with_entity(extension, entity, fields=fields)


def with_layout(extension: Extension, entity: str, **changes: Any) -> Extension:
    """The extension with one of an entity's layouts changed."""
    layouts = replace(entity_named(extension, entity).layouts, **changes)
    return with_entity(extension, entity, layouts=layouts)


def entity_named(extension: Extension, name: str) -> Entity:
    return next(entity for entity in extension.entities if entity.name == name)


def field_named(extension: Extension, entity: str, name: str) -> Field:
    return next(each for each in entity_named(extension, entity).fields if each.name == name)


def refusal(extension: Extension) -> str:
    """The one line with which the build refuses a model."""
    with pytest.raises(BuildFailed) as caught:
        check(extension)
    line = str(caught.value)
    assert line
    assert "\n" not in line
    return line
