"""The newest entry of CHANGELOG.md, of which the page KSeF Bridge tells."""

from __future__ import annotations

import re

from espo_extension.build.failure import BuildFailed
from espo_extension.model.extension import ChangelogEntry

_HEADING = re.compile(
    r"^## \[(?P<name>[^\]]+)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?\s*$", re.MULTILINE
)
_ITEM = re.compile(r"^- ", re.MULTILINE)
_UNRELEASED = "Unreleased"


def newest_entry(changelog: str) -> ChangelogEntry:
    """The first entry that says anything, in the format of Keep a Changelog. Raises BuildFailed."""
    headings = list(_HEADING.finditer(changelog))
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    for heading, end in zip(headings, ends, strict=True):
        if _ITEM.search(changelog, heading.end(), end):
            name = heading["name"]
            return ChangelogEntry("" if name == _UNRELEASED else name, heading["day"] or "")
    raise BuildFailed("CHANGELOG.md has no entry")
