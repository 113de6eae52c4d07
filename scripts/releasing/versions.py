"""The version of a release, on which manifest.json, pyproject.toml and CHANGELOG.md agree."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from releasing.refusal import Refused

UNRELEASED = "Unreleased"

_HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<date>\S+))?\s*$", re.MULTILINE)
_PLAIN = re.compile(r"\d+\.\d+\.\d+")
_LINK_OR_BLANK = re.compile(r"^\s*(\[[^\]]+\]:.*)?$")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the changelog says of one version, the newest first."""

    name: str
    date: str | None
    text: str


def changelog_entries(changelog: str) -> list[Entry]:
    """The entries of a changelog in the format of Keep a Changelog."""
    headings = list(_HEADING.finditer(changelog))
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    return [
        Entry(heading["name"], heading["date"], said(changelog[heading.end() : end]))
        for heading, end in zip(headings, ends, strict=True)
    ]


def said(section: str) -> str:
    """What a section says below its own headings."""
    lines = [line for line in section.splitlines() if not _LINK_OR_BLANK.match(line)]
    return "\n".join(line for line in lines if not line.startswith("#"))


def agreed_version(root: Path) -> str:
    """The version of the sources. Raises Refused when they name several or say nothing of it."""
    manifest = json.loads((root / "manifest.json").read_text("utf-8"))
    version, day = str(manifest["version"]), str(manifest["releaseDate"])
    if not _PLAIN.fullmatch(version):
        raise Refused(f"manifest.json has version {version}; a release has three numbers: 1.2.3")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    if project.get("version", version) != version:
        raise Refused(
            f"manifest.json has version {version} and pyproject.toml {project['version']}; "
            "let pyproject.toml take that of manifest.json"
        )
    entries = changelog_entries((root / "CHANGELOG.md").read_text("utf-8"))
    released = [entry for entry in entries if entry.name != UNRELEASED]
    entry = next((entry for entry in released if entry.name == version), None)
    if entry is None or not entry.text:
        raise Refused(
            f"CHANGELOG.md says nothing of version {version}, which manifest.json has; "
            f"write what changed under “## [{version}] - {day}”"
        )
    if released[0] is not entry:
        raise Refused(
            f"CHANGELOG.md begins with version {released[0].name} and manifest.json has {version}; "
            "give manifest.json the version that is released"
        )
    if entry.date != day:
        raise Refused(
            f"CHANGELOG.md dates version {version} {entry.date} and manifest.json {day}; "
            "both must have the day of the release"
        )
    return version


def has_unreleased(root: Path) -> bool:
    """Whether changes wait for a version in the changelog."""
    entries = changelog_entries((root / "CHANGELOG.md").read_text("utf-8"))
    return any(entry.text for entry in entries if entry.name == UNRELEASED)
