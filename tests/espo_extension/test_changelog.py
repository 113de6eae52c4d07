"""The newest entry of the changelog, as the page KSeF Bridge tells it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espo_extension.build.changelog import newest_entry
from espo_extension.build.failure import BuildFailed
from espo_extension.model.extension import ChangelogEntry
from tests.espo_extension.sources import ROOT, copied_tree, run_build

RELEASED = """
## [1.1.0] - 2026-12-24

### Added
- One thing,
  in two lines.
- Another.

### Something else
- Which is no change.

### Security
- A third.

## [1.0.0] - 2026-12-01

### Fixed
- Long ago.
"""


def test_it_is_the_first_that_says_anything() -> None:
    entry = ChangelogEntry("1.1.0", "2026-12-24")
    assert newest_entry(RELEASED) == entry
    assert newest_entry(f"# Changelog\n\n## [Unreleased]\n{RELEASED}") == entry


def test_what_is_not_released_has_neither_version_nor_day() -> None:
    changelog = f"## [Unreleased]\n\n### Fixed\n- Something.\n{RELEASED}"
    assert newest_entry(changelog) == ChangelogEntry("", "")


def test_the_package_tells_of_this_one(resources: dict[str, Any]) -> None:
    entry = newest_entry((ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert resources["metadata/app/ksef"]["changes"] == {
        "version": entry.version,
        "day": entry.day,
    }
    manifest = json.loads((ROOT / "manifest.json").read_text())
    assert entry.version in ("", manifest["version"])


def test_a_changelog_that_says_nothing_is_told(tmp_path: Any) -> None:
    with pytest.raises(BuildFailed, match=r"CHANGELOG\.md has no entry"):
        newest_entry("# Changelog\n\n## [Unreleased]\n")
    root = copied_tree(tmp_path / "tree")
    (root / "CHANGELOG.md").unlink()
    finished = run_build(root)
    assert finished.returncode == 1
    assert "CHANGELOG.md is missing" in finished.stderr
