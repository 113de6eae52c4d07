"""The same sources give the same bytes, wherever and however they are built."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.espo_extension.sources import copied_tree, run_build

ONE_DAY = 86400


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with its package built."""
    root = copied_tree(tmp_path_factory.mktemp("here") / "tree")
    finished = run_build(root)
    assert finished.returncode == 0, finished.stderr
    return root


def the_zip(root: Path) -> Path:
    (found,) = (root / "dist").glob("*.zip")
    return found


def digest(root: Path) -> str:
    return hashlib.sha256(the_zip(root).read_bytes()).hexdigest()


def test_two_folders_give_the_same_bytes_whatever_their_modes_and_times(
    built: Path, tmp_path: Path
) -> None:
    other = copied_tree(tmp_path / "of another name", built)
    for number, file in enumerate(sorted((other / "espo_extension").rglob("*"))):
        os.utime(file, (number * ONE_DAY, number * ONE_DAY))
        file.chmod(0o700)
    with_strict_umask = ("/bin/sh", "-c", 'umask 077; exec "$0" "$@"', sys.executable)
    finished = run_build(other, python=with_strict_umask, TZ="Pacific/Apia", LC_ALL="C")
    assert finished.returncode == 0, finished.stderr
    assert digest(other) == digest(built)


def test_building_again_changes_nothing(built: Path) -> None:
    before = digest(built)
    assert run_build(built).returncode == 0
    assert digest(built) == before


def test_source_date_epoch_sets_the_time_of_every_entry(built: Path, tmp_path: Path) -> None:
    root = copied_tree(tmp_path / "tree", built)
    assert run_build(root, SOURCE_DATE_EPOCH="1800000000").returncode == 0
    with zipfile.ZipFile(the_zip(root)) as archive:
        times = {entry.date_time for entry in archive.infolist()}
    assert times == {(2027, 1, 15, 8, 0, 0)}
    assert digest(root) != digest(built)


@pytest.mark.parametrize("wrong", ["yesterday", "1e9", "99999999999999999999"])
def test_a_source_date_epoch_that_is_no_time_is_refused(built: Path, wrong: str) -> None:
    finished = run_build(built, SOURCE_DATE_EPOCH=wrong)
    assert finished.returncode == 1
    assert finished.stderr == (
        f"Not built: SOURCE_DATE_EPOCH is “{wrong}”, not a number of seconds since 1970.\n"
    )


def test_sha256sum_accepts_the_checksum(built: Path) -> None:
    checksum = next((built / "dist").glob("*.sha256"))
    assert checksum.name == f"{the_zip(built).name}.sha256"
    subprocess.run(
        ["sha256sum", "--check", "--strict", checksum.name], cwd=built / "dist", check=True
    )


def last_line(finished: subprocess.CompletedProcess[str]) -> str:
    """Of its errors; before it the build may say that EspoCRM's schemas are not here."""
    return finished.stderr.splitlines()[-1]


def test_check_says_whether_the_package_is_up_to_date(built: Path, tmp_path: Path) -> None:
    name = the_zip(built).name
    assert run_build(built, "--check").stdout == f"dist/{name} is up to date.\n"

    root = copied_tree(tmp_path / "tree", built)
    missing = run_build(root, "--check")
    assert missing.returncode == 1
    assert last_line(missing) == f"dist/{name} is missing. Run scripts/build_extension.py."
    assert not (root / "dist").exists()

    assert run_build(root).returncode == 0
    package = root / "dist" / name
    package.write_bytes(package.read_bytes()[:-1])
    differing = run_build(root, "--check")
    assert differing.returncode == 1
    assert last_line(differing) == f"dist/{name} is not what the sources give. Build it again."


def test_list_names_every_file_in_the_package(built: Path) -> None:
    lines = run_build(built, "--check", "--list").stdout.splitlines()[:-1]
    with zipfile.ZipFile(the_zip(built)) as archive:
        assert [line.split()[1] for line in lines] == archive.namelist()


def test_a_python_without_our_modules_says_what_to_do(built: Path) -> None:
    finished = run_build(built, python=(sys.executable, "-I", "-S"))
    assert finished.returncode == 1
    assert finished.stderr == (
        "The Python module “click” is missing. Run scripts/demo once, which prepares .venv, "
        "then: .venv/bin/python scripts/build_extension.py\n"
    )


def test_a_fault_in_the_sources_is_one_line(tmp_path: Path) -> None:
    root = copied_tree(tmp_path / "tree")
    texts = root / "espo_extension/model/texts/ScheduledJob.json"
    texts.write_text('{"labels": {"Some": {"en": "Some"}}}', "utf-8")
    finished = run_build(root)
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr == (
        "Not built: texts/ScheduledJob.json: labels.Some has no text in pl.\n"
    )
    assert not (root / "dist").exists()
