"""`ksef-bridge extension`, of an unpacked wheel and of a checkout."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.forked_command import run_to_end

COMMAND = "from bridge.cli import main; main(prog_name='ksef-bridge')"


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def package(unpacked: Path) -> Path:
    (file,) = (unpacked / "bridge/extension").glob("*.zip")
    return file


def extension(
    unpacked: Path,
    *arguments: str | Path,
    folder: Path | None = None,
    under: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*under, sys.executable, "-c", COMMAND, "extension", *arguments],
        cwd=folder or unpacked,
        env={**os.environ, "PYTHONPATH": str(unpacked), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_it_says_which_version_where_and_how_to_install_it(unpacked: Path, package: Path) -> None:
    said = extension(unpacked)
    assert said.returncode == 0, said.stderr
    carried, install = said.stdout.splitlines()
    version = package.stem.removeprefix("ksef-")
    assert carried == (
        f"The extension for EspoCRM, version {version}, is {package} (SHA-256 {digest(package)})."
    )
    assert f"`sudo -u www-data php command.php extension --file={package}`" in install


def test_it_speaks_polish(unpacked: Path, package: Path) -> None:
    carried, install = extension(unpacked, "--language", "pl").stdout.splitlines()
    assert carried.startswith("Rozszerzenie dla EspoCRM w wersji ")
    assert str(package) in carried
    assert "jako użytkownik serwera WWW" in install


@pytest.mark.parametrize("output", ["copy of it.zip", "."])
def test_a_copy_has_the_same_bytes_and_its_own_path_in_the_command(
    unpacked: Path, package: Path, tmp_path: Path, output: str
) -> None:
    said = extension(unpacked, "--output", output, folder=tmp_path)
    assert said.returncode == 0, said.stderr
    (copy,) = tmp_path.iterdir()
    assert copy.name == (package.name if output == "." else output)
    assert copy.read_bytes() == package.read_bytes()
    assert f"was written to {copy} " in said.stdout
    command = said.stdout.split("`")[1]
    assert shlex.split(command)[-1] == f"--file={copy}"


def test_an_older_copy_is_replaced(unpacked: Path, package: Path, tmp_path: Path) -> None:
    copy = tmp_path / "ksef.zip"
    copy.write_bytes(b"older")
    assert extension(unpacked, "--output", copy).returncode == 0
    assert digest(copy) == digest(package)


def test_a_file_that_cannot_be_written_is_one_line(unpacked: Path, tmp_path: Path) -> None:
    target = tmp_path / "absent" / "ksef.zip"
    said = extension(unpacked, "--output", target)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == (
        f"Error: {target} cannot be written: No such file or directory. "
        "Name another file with `--output`.\n"
    )


def test_a_full_disk_leaves_the_older_copy(unpacked: Path, tmp_path: Path) -> None:
    copy = tmp_path / "ksef.zip"
    copy.write_bytes(b"older")
    said = extension(unpacked, "--output", copy, under=("prlimit", "--fsize=1000"))
    assert f"{copy} cannot be written: File too large." in said.stderr
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"older"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "checkout of its sources"), ("pl", "repozytorium")]
)
def test_a_checkout_says_what_makes_the_package(language: str, said: str) -> None:
    finished = run_to_end(["extension", "--language", language], {})
    assert finished.returncode == 1
    assert finished.stdout == b""
    line = finished.stderr.decode()
    assert said in line
    assert "scripts/build_extension.py" in line
    assert line.count("\n") == 1
