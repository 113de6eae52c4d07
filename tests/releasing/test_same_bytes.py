"""One commit gives one release, whatever folder, user and time zone it is made in."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.processes import free_port
from tests.releasing.repository import VERSION, git, release, repository
from tests.releasing.vulnerabilities import vulnerability_database


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with its release made."""
    folder = repository(tmp_path_factory.mktemp("here") / "repository")
    with vulnerability_database() as database:
        finished = release(folder, "--osv-url", database)
    assert finished.returncode == 0, finished.stderr
    assert "packages audited: no vulnerability is known" in finished.stderr
    assert finished.stdout == (folder / "dist" / VERSION / "SHA256SUMS").read_text()
    return folder


@pytest.fixture(scope="module")
def files(made: Path) -> Path:
    return made / "dist" / VERSION


def test_a_dry_run_in_another_folder_gives_the_same_checksums_and_leaves_nothing(
    made: Path, files: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "of another name"
    git(tmp_path, "clone", "--quiet", str(made), str(folder))
    before = files_below(folder)
    database = f"http://127.0.0.1:{free_port()}/v1/query"
    with_strict_umask = ("/bin/sh", "-c", 'umask 077; exec "$0" "$@"')
    finished = release(
        *(folder, "--dry-run", "--osv-url", database),
        under=with_strict_umask,
        TZ="Pacific/Apia",
        LC_ALL="C.UTF-8",
    )
    assert finished.returncode == 0, finished.stderr
    assert "NOT audited for known vulnerabilities" in finished.stderr
    assert finished.stdout == (files / "SHA256SUMS").read_text()
    assert files_below(folder) == before


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "__pycache__" not in path.parts}


def test_sha256sum_accepts_all_that_is_shipped(files: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=files, check=True)
    listed = [line.split()[1] for line in (files / "SHA256SUMS").read_text().splitlines()]
    assert listed == [
        f"ksef-{VERSION}.zip",
        f"ksef-bridge-{VERSION}.cdx.json",
        f"ksef_bridge-{VERSION}-py3-none-any.whl",
        f"ksef_bridge-{VERSION}.tar.gz",
    ]
    assert sorted(file.name for file in files.iterdir()) == ["SHA256SUMS", *listed]


def test_the_wheel_carries_the_package_that_is_released(files: Path) -> None:
    with zipfile.ZipFile(files / f"ksef_bridge-{VERSION}-py3-none-any.whl") as wheel:
        carried = wheel.read(f"bridge/extension/ksef-{VERSION}.zip")
    assert carried == (files / f"ksef-{VERSION}.zip").read_bytes()


def test_everything_has_the_time_of_the_commit(files: Path) -> None:
    for name in (f"ksef-{VERSION}.zip", f"ksef_bridge-{VERSION}-py3-none-any.whl"):
        with zipfile.ZipFile(files / name) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 28, 12, 0, 0)}


def test_the_bill_of_materials_names_what_is_shipped_and_what_comes_along(files: Path) -> None:
    text = (files / f"ksef-bridge-{VERSION}.cdx.json").read_text("utf-8")
    # Takes seconds to import, which every process of tests would do at its beginning.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    shipped = bill["metadata"]["component"]
    assert (shipped["name"], shipped["version"]) == ("ksef-bridge", VERSION)
    for component in shipped["components"]:
        content = (files / component["name"]).read_bytes()
        assert component["hashes"][0]["content"] == hashlib.sha256(content).hexdigest()
    assert len(shipped["components"]) == 3
    brought = {each["name"].lower() for each in bill["components"]}
    assert {"flask", "cryptography", "sqlalchemy", "werkzeug"} <= brought
    assert not {"pytest", "cyclonedx-bom", "ksef-bridge"} & brought
    assert "file:" not in text
