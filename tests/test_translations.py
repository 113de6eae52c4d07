"""Documents in English and Polish tell the same: what one of them gains, the other gains, too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
TRANSLATED = ("administrator-guide", "first-access", "operations", "docker", "security")
# What is typed is the same in both; the guides have their own placeholders and options.
WORD_FOR_WORD = ("first-access", "operations", "docker", "security")

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"\s+# .*$|(?<=')\s+# .*$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
_HEADING = re.compile(r"^(#+) .+$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """What stands below one heading."""

    heading: str
    level: int
    text: str

    @property
    def codes(self) -> list[str]:
        """Each name, path or command between backticks."""
        prose = _FENCE.sub("", self.text)
        return sorted(re.sub(r"\s+", " ", code) for code in _CODE.findall(prose))

    @property
    def shape(self) -> dict[str, int]:
        prose = _FENCE.sub("", self.text)
        return {
            "rows of tables": len(re.findall(r"^\|", prose, re.MULTILINE)),
            "points": len(re.findall(r"^- ", prose, re.MULTILINE)),
            "steps": len(re.findall(r"^\d+\. ", prose, re.MULTILINE)),
            "blocks": len(_FENCE.findall(self.text)),
        }


def document(name: str, language: str) -> str:
    named = DOCS / f"{name}.{language}.md"
    return (named if named.exists() else DOCS / f"{name}.md").read_text("utf-8")


def sections(text: str) -> list[Section]:
    """By heading; a line of a block of code that begins with # is none."""
    hidden = _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    found = list(_HEADING.finditer(hidden))
    ends = [each.start() for each in found[1:]] + [len(text)]
    return [
        Section(heading[0], len(heading[1]), text[heading.end() : end])
        for heading, end in zip(found, ends, strict=True)
    ]


def pairs(name: str) -> list[tuple[Section, Section]]:
    english, polish = (sections(document(name, language)) for language in ("en", "pl"))
    assert [each.level for each in english] == [each.level for each in polish]
    return list(zip(english, polish, strict=True))


@pytest.mark.parametrize("name", TRANSLATED)
def test_both_have_the_same_outline(name: str) -> None:
    assert len(pairs(name)) > 5


@pytest.mark.parametrize("name", WORD_FOR_WORD)
def test_both_have_the_same_tables_and_lists(name: str) -> None:
    for english, polish in pairs(name):
        assert english.shape == polish.shape, f"{english.heading} | {polish.heading}"


@pytest.mark.parametrize("name", WORD_FOR_WORD)
def test_both_name_the_same(name: str) -> None:
    for english, polish in pairs(name):
        assert english.codes == polish.codes, f"{english.heading} | {polish.heading}"


@pytest.mark.parametrize("name", TRANSLATED)
def test_what_is_typed_is_the_same_in_both(name: str) -> None:
    english, polish = (
        [
            (kind, _COMMENT.sub("", lines))
            for kind, lines in _FENCE.findall(document(name, language))
        ]
        for language in ("en", "pl")
    )
    assert [kind for kind, _ in english] == [kind for kind, _ in polish]
    if name in WORD_FOR_WORD:
        # A block without a language is a drawing.
        assert [each for each in english if each[0]] == [each for each in polish if each[0]]
