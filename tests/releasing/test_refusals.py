"""What is not fit for a release is refused in one sentence, before anything is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes import free_port
from tests.releasing.repository import DAY, VERSION, commit, git, release, replace, repository

HEADING = f"## [{VERSION}] - {DAY}"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("original") / "repository")


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "--quiet", "--shared", str(original), "copy")
    return tmp_path / "copy"


def refused(folder: Path, *arguments: str) -> str:
    finished = release(folder, *arguments)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert not (folder / "dist").exists()
    assert finished.stderr.count("\n") == 1
    return finished.stderr.removeprefix("Not released: ").removesuffix(".\n")


def test_a_file_that_is_not_committed(folder: Path) -> None:
    (folder / "bridge/notes.py").touch()
    assert refused(folder, "--dry-run") == (
        "the folder differs from its last commit (bridge/notes.py); "
        "commit what belongs to the release and put the rest away"
    )


def test_changes_that_are_not_committed(folder: Path) -> None:
    for name in ("README.md", "bridge/app.py", "bridge/cli.py"):
        (folder / name).write_text("changed")
    assert refused(folder, "--dry-run") == (
        "the folder differs from its last commit (README.md and 2 more); "
        "commit what belongs to the release and put the rest away"
    )


def another_manifest(folder: Path) -> None:
    replace(folder / "manifest.json", f'"version": "{VERSION}"', '"version": "9.9.9"')


def version_of_words(folder: Path) -> None:
    # A wheel would be called another name than the zip: 1.0.0rc1.
    replace(folder / "manifest.json", f'"version": "{VERSION}"', '"version": "1.0.0-rc1"')


def another_project(folder: Path) -> None:
    replace(folder / "pyproject.toml", 'dynamic = ["version"]', 'version = "9.9.9"')


def entry_without_a_word(folder: Path) -> None:
    replace(folder / "CHANGELOG.md", HEADING, f"{HEADING}\n### Added\n\n## [0.0.1] - {DAY}")


def newer_entry(folder: Path) -> None:
    replace(folder / "CHANGELOG.md", HEADING, f"## [9.9.9] - {DAY}\n- New.\n\n{HEADING}")


def another_day(folder: Path) -> None:
    replace(folder / "CHANGELOG.md", HEADING, f"## [{VERSION}] - 2020-01-01")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            another_manifest,
            "CHANGELOG.md says nothing of version 9.9.9, which manifest.json has; "
            f"write what changed under “## [9.9.9] - {DAY}”",
        ),
        (
            version_of_words,
            "manifest.json has version 1.0.0-rc1; a release has three numbers: 1.2.3",
        ),
        (
            entry_without_a_word,
            f"CHANGELOG.md says nothing of version {VERSION}, which manifest.json has; "
            f"write what changed under “{HEADING}”",
        ),
        (
            another_project,
            f"manifest.json has version {VERSION} and pyproject.toml 9.9.9; "
            "let pyproject.toml take that of manifest.json",
        ),
        (
            newer_entry,
            f"CHANGELOG.md begins with version 9.9.9 and manifest.json has {VERSION}; "
            "give manifest.json the version that is released",
        ),
        (
            another_day,
            f"CHANGELOG.md dates version {VERSION} 2020-01-01 and manifest.json {DAY}; "
            "both must have the day of the release",
        ),
    ],
)
def test_versions_that_disagree(folder: Path, change: Callable[[Path], None], said: str) -> None:
    change(folder)
    commit(folder)
    assert refused(folder, "--dry-run") == said


def test_a_version_that_is_another_commits(folder: Path) -> None:
    git(folder, "tag", f"v{VERSION}")
    (folder / "README.md").write_text("changed")
    commit(folder)
    assert refused(folder, "--dry-run") == (
        f"v{VERSION} is the tag of another commit; raise the version in manifest.json"
    )


def test_changes_that_wait_for_a_version(folder: Path) -> None:
    replace(folder / "CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n### Fixed\n- One.\n")
    commit(folder)
    assert refused(folder) == (
        f"CHANGELOG.md has changes under Unreleased; move them to version {VERSION}"
    )


def test_a_wheel_that_hands_out_another_package(folder: Path) -> None:
    hook = folder / "scripts/wheel_hook.py"
    replace(hook, "package.zipped()", "package.zipped()[:-1]")
    commit(folder)
    nobody = f"http://127.0.0.1:{free_port()}/v1/query"
    finished = release(folder, "--osv-url", nobody)
    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr.splitlines()[-1] == (
        f"Not released: the installed wheel calls itself “ksef-bridge, version {VERSION}” or "
        "hands out another package."
    )
    assert not (folder / "dist").exists()


def test_a_folder_that_is_no_repository(folder: Path, tmp_path: Path) -> None:
    (folder / ".git").rename(tmp_path / "elsewhere")
    assert refused(folder, "--dry-run").startswith("git status: fatal: not a git repository")
