"""The rendered JSON is what EspoCRM's own schemas describe, and a mistake in it is found."""

from __future__ import annotations

import builtins
import copy
from pathlib import Path
from typing import Any

import pytest

from espo_extension.build.building import build_extension, parsed
from espo_extension.build.failure import BuildFailed
from espo_extension.build.package import Package
from espo_extension.build.rendering import RESOURCES
from espo_extension.build.schemas import check_schemas, folder_of_schemas, schema_name
from espo_extension.model.extension import Extension
from tests.espo_extension.sources import ROOT

FOLDER = folder_of_schemas(ROOT)
LEFT_OUT = "JSON not checked against EspoCRM's schemas: "

with_schemas = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="EspoCRM's schemas are not at hand (setting KSEF_SHARED)"
)


def no_note(line: str) -> None:
    raise AssertionError(line)


@pytest.fixture
def documents(package: Package) -> dict[str, Any]:
    return parsed(dict(package.entries))


@with_schemas
def test_every_file_fits_its_schema(documents: dict[str, Any]) -> None:
    check_schemas(documents, FOLDER, no_note)


@with_schemas
def test_all_kinds_of_metadata_and_layouts_are_checked(documents: dict[str, Any]) -> None:
    names = {schema_name(path, FOLDER) for path in documents}
    assert names >= {
        *(f"metadata/{kind}" for kind in ("scopes", "entityDefs", "entityAcl", "clientDefs")),
        *(f"metadata/{kind}" for kind in ("recordDefs", "selectDefs")),
        *(f"metadata/app/{name}" for name in ("adminPanel", "config", "regExpPatterns")),
        *("layouts/detail", "layouts/list"),
    }


@with_schemas
@pytest.mark.parametrize(
    ("file", "pointer", "value", "line"),
    [
        (
            "metadata/entityDefs/KsefProfile",
            ("fields", "nip", "maxLenght"),
            10,
            "metadata/entityDefs/KsefProfile.json: EspoCRM's schema knows no fields.nip.maxLenght",
        ),
        (
            "metadata/entityDefs/KsefProfile",
            ("fields", "nip", "rowsMin"),
            2,
            "metadata/entityDefs/KsefProfile.json: EspoCRM's schema knows no fields.nip.rowsMin",
        ),
        (
            "metadata/clientDefs/KsefProfile",
            ("menu", "detail", "buttons", 0, "lable"),
            "Test Connection",
            "metadata/clientDefs/KsefProfile.json: EspoCRM's schema knows no "
            "menu.detail.buttons.lable",
        ),
        (
            "layouts/KsefProfile/listSmall",
            (0, "widht"),
            20,
            "layouts/KsefProfile/listSmall.json: EspoCRM's schema knows no widht",
        ),
        (
            "metadata/scopes/KsefProfile",
            ("entity",),
            "yes",
            'metadata/scopes/KsefProfile.json: entity: "yes" is not of type "boolean"',
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_place(
    documents: dict[str, Any], file: str, pointer: tuple[Any, ...], value: object, line: str
) -> None:
    path = f"{RESOURCES}/{file}.json"
    document = copy.deepcopy(documents[path])
    *way, last = pointer
    target = document
    for step in way:
        target = target[step]
    target[last] = value
    with pytest.raises(BuildFailed) as caught:
        check_schemas({path: document}, FOLDER, no_note)
    assert str(caught.value) == line


def test_a_build_without_the_schemas_says_so(
    extension: Extension, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KSEF_SHARED", str(tmp_path))
    notes: list[str] = []
    build_extension(extension, ROOT, notes.append)
    assert [note for note in notes if note.startswith(LEFT_OUT)] == [
        f"{LEFT_OUT}KSEF_SHARED names no folder that has them"
    ]


@with_schemas
def test_a_build_without_a_library_for_schemas_says_so(
    documents: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_import = builtins.__import__

    def without_the_library(name: str, *rest: Any, **options: Any) -> Any:
        if name.partition(".")[0] == "jsonschema_rs":
            raise ImportError(name)
        return whole_import(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without_the_library)
    notes: list[str] = []
    check_schemas(documents, FOLDER, notes.append)
    assert notes == [f"{LEFT_OUT}the Python module jsonschema_rs is missing"]
