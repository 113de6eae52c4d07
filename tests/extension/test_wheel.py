"""The wheel carries the extension's package of the same version, and nothing else does."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from bridge.extension import ExtensionAbsent, carried_package
from tests.espo_extension.sources import ROOT, copied_tree, run_build
from tests.extension.conftest import uv

FOLDER = "bridge/extension/"


def packages(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".zip")]
        return {name: archive.read(name) for name in names}


def test_the_wheel_carries_the_package_that_the_build_script_makes(
    wheel: Path, tmp_path: Path
) -> None:
    root = copied_tree(tmp_path / "tree")
    finished = run_build(root)
    assert finished.returncode == 0, finished.stderr
    version = json.loads((ROOT / "manifest.json").read_text())["version"]
    name = f"ksef-{version}.zip"
    assert packages(wheel) == {FOLDER + name: (root / "dist" / name).read_bytes()}


def test_the_sdist_gives_the_wheel_that_the_sources_give(wheel: Path, tmp_path: Path) -> None:
    uv("build", "--wheel", "--out-dir", tmp_path, ROOT)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_a_source_date_epoch_is_that_of_the_package_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    root = copied_tree(tmp_path / "tree")
    assert run_build(root).returncode == 0
    uv("build", "--wheel", "--out-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    (made,) = (root / "dist").glob("*.zip")
    assert list(packages(wheel).values()) == [made.read_bytes()]


def test_an_editable_installation_carries_none(tmp_path: Path) -> None:
    uv("pip", "install", "--no-deps", "--target", tmp_path, "--editable", ROOT)
    assert list(tmp_path.glob("ksef_bridge-*.dist-info"))
    assert list(tmp_path.rglob("*.zip")) == []
    with pytest.raises(ExtensionAbsent):
        carried_package()
