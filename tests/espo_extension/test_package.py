"""What is in the zip, and how it lies there: EspoCRM installs nothing else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from espo_extension.build.copied_files import copied_files
from espo_extension.build.failure import BuildFailed
from espo_extension.build.package import Package, entry_time
from tests.espo_extension.sources import ROOT

PLACES = re.compile(
    r"manifest\.json"
    r"|files/custom/Espo/Modules/Ksef/.+\.(php|json)"
    r"|files/client/custom/modules/ksef/.+\.(js|tpl|css|svg)"
    r"|scripts/(Before|After)(Install|Uninstall)\.php"
)


@pytest.fixture(scope="module")
def archive(package: Package) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(package.zipped()))


def test_the_manifest_lies_at_the_root_as_it_is(archive: zipfile.ZipFile) -> None:
    assert archive.read("manifest.json") == (ROOT / "manifest.json").read_bytes()


def test_postgresql_is_refused_by_a_version_that_cannot_be(archive: zipfile.ZipFile) -> None:
    # EspoCRM passes over a database that the manifest does not name (Upgrades/Actions/Base.php).
    database = json.loads(archive.read("manifest.json"))["database"]
    assert database["postgresql"] == ["<0"]


def test_the_version_in_the_name_is_the_manifests(package: Package) -> None:
    version = json.loads((ROOT / "manifest.json").read_text())["version"]
    assert package.name == f"ksef-{version}.zip"


def test_every_file_lies_where_espocrm_looks_for_it(archive: zipfile.ZipFile) -> None:
    assert [name for name in archive.namelist() if not PLACES.fullmatch(name)] == []


def test_entries_are_sorted_plain_files_of_one_time(archive: zipfile.ZipFile) -> None:
    assert archive.namelist() == sorted(set(archive.namelist()))
    assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}
    assert {entry.date_time for entry in archive.infolist()} == {(2016, 1, 1, 0, 0, 0)}


def test_every_json_file_is_printed_for_people(package: Package) -> None:
    rendered = package.entries.keys() - copied_files(ROOT).keys()
    assert rendered
    for path in rendered:
        content = package.entries[path].decode()
        assert content == json.dumps(json.loads(content), ensure_ascii=False, indent=4) + "\n"


def test_a_time_that_zip_cannot_hold_becomes_the_nearest_that_it_can() -> None:
    assert entry_time("0") == datetime(1980, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["notes.orig", ".htaccess", "key.pem"])
def test_what_does_not_belong_in_the_package_stops_the_build(tmp_path: Path, name: str) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    folder = tmp_path / "espo_extension/files/custom"
    folder.mkdir(parents=True)
    (folder / name).write_text("")
    with pytest.raises(BuildFailed, match=re.escape(name)):
        copied_files(tmp_path)
