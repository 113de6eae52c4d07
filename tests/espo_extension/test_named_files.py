"""Metadata names no PHP class and no JavaScript module that is not in the package."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from espo_extension.build.failure import BuildFailed
from espo_extension.build.named_files import check_controllers, check_named_files
from espo_extension.build.php_syntax import php_syntax_checked
from espo_extension.model.extension import Extension

PHP = r"Espo\Modules\Ksef\Tools\Connection\Api\PostTestConnection"
JAVASCRIPT = "modules/ksef/views/admin/bridge"
FILES = {
    PHP: "files/custom/Espo/Modules/Ksef/Tools/Connection/Api/PostTestConnection.php",
    JAVASCRIPT: "files/client/custom/modules/ksef/src/views/admin/bridge.js",
}


@pytest.mark.parametrize("name", [PHP, JAVASCRIPT])
def test_a_name_without_its_file(name: str) -> None:
    documents = {"routes.json": [{"actionClassName": name}]}
    check_named_files(documents, FILES.values())
    with pytest.raises(BuildFailed) as caught:
        check_named_files(documents, set(FILES.values()) - {FILES[name]})
    assert (
        str(caught.value) == f"routes.json names {name}, for which there is no file {FILES[name]}"
    )


def test_names_of_espocrms_own_need_no_file_of_ours() -> None:
    check_named_files({"x.json": [r"Espo\Core\Acl", "views/record/detail", "modules/crm/x"]}, ())


def test_an_entity_without_a_controller(extension: Extension) -> None:
    with pytest.raises(BuildFailed) as caught:
        check_controllers(extension, ())
    assert str(caught.value) == (
        "KsefProfile has no controller: there is no file "
        "files/custom/Espo/Modules/Ksef/Controllers/KsefProfile.php"
    )


needs_php = pytest.mark.skipif(shutil.which("php") is None, reason="there is no php")


@needs_php
def test_php_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    sound, broken = tmp_path / "Sound.php", tmp_path / "Broken.php"
    sound.write_text("<?php\nfinal readonly class Sound {}\n")
    broken.write_text("<?php\nfinal class Broken\n{\n    function\n}\n")
    notes: list[str] = []
    with php_syntax_checked([sound], tmp_path, notes.append):
        pass
    with (
        pytest.raises(BuildFailed) as caught,
        php_syntax_checked([sound, broken], tmp_path, notes.append),
    ):
        pass
    assert str(caught.value).startswith("Broken.php line 5: syntax error")
    assert "\n" not in str(caught.value)
    assert notes == []


def test_a_build_without_php_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    notes: list[str] = []
    with php_syntax_checked([tmp_path / "Some.php"], tmp_path, notes.append):
        pass
    assert notes == ["PHP files not checked: there is no php"]
