"""The newest entry of CHANGELOG.md, of which the page KSeF Bridge tells how much is in it."""

from __future__ import annotations

import re
from collections import Counter

from espo_extension.build.failure import BuildFailed
from espo_extension.model.extension import ChangelogEntry

_HEADING = re.compile(
    r"^## \[(?P<name>[^\]]+)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?\s*$", re.MULTILINE
)
_KIND = re.compile(r"### (Added|Changed|Deprecated|Removed|Fixed|Security)")
_ITEM = "- "
_UNRELEASED = "Unreleased"


def newest_entry(changelog: str) -> ChangelogEntry:
    """The first entry that says anything, in the format of Keep a Changelog. Raises BuildFailed."""
    headings = list(_HEADING.finditer(changelog))
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    for heading, end in zip(headings, ends, strict=True):
        counts = items_by_kind(changelog[heading.end() : end])
        if counts:
            name = heading["name"]
            return ChangelogEntry("" if name == _UNRELEASED else name, heading["day"] or "", counts)
    raise BuildFailed("CHANGELOG.md has no entry")


def items_by_kind(section: str) -> dict[str, int]:
    """How many items stand below each heading of an entry."""
    counts: Counter[str] = Counter()
    kind = ""
    for line in section.splitlines():
        if line.startswith("### "):
            found = _KIND.fullmatch(line.rstrip())
            kind = found[1] if found else ""
        elif line.startswith(_ITEM) and kind:
            counts[kind] += 1
    return dict(counts)
