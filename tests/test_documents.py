"""What the documents say of each other and of the code: links, calls, settings, outlines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.simulator.app import CONTROL, create_app

ROOT = Path(__file__).resolve().parents[1]
SIMULATOR = ROOT / "bridge/simulator/README.md"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), SIMULATOR]

_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_PATH = re.compile(r"`((?:bridge|docs|espo_extension|scripts|tests)/[\w./-]+)`")
_TEST = re.compile(r"`(tests/[\w./]+)::(\w+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_READ = re.compile(r"read\.\w+\(\s*\"([A-Z_]+)\"")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = _LINK.findall(document.read_text())
    for path, anchor in links:
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_of_the_repository_exist(document: Path) -> None:
    named = _PATH.findall(document.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", ["security.md", "security.pl.md"])
def test_security_names_tests_that_there_are(document: str) -> None:
    named = _TEST.findall((ROOT / "docs" / document).read_text())
    assert len(named) > 50
    assert [f"{file}::{name}" for file, name in named if not has_test(file, name)] == []


@pytest.mark.parametrize("document", ["security.md", "security.pl.md"])
def test_security_shows_each_claim_by_a_test(document: str) -> None:
    rows = re.findall(r"^\| .*\|$", (ROOT / "docs" / document).read_text(), re.MULTILINE)
    unshown = [row for row in rows if row.endswith("| |")]
    # Root has everything, and so has a thief of both backups: no test could show less.
    assert len(unshown) == 2


def has_test(file: str, name: str) -> bool:
    path = ROOT / file
    keyword = "function" if path.suffix == ".php" else "def"
    return path.exists() and f" {keyword} {name}(" in f" {path.read_text()}".replace("\n", " ")


def test_the_simulator_names_each_of_its_management_calls() -> None:
    calls = {
        (method, re.sub(r"<(?:\w+:)?\w+>", "{}", rule.rule))
        for rule in create_app().url_map.iter_rules()
        if rule.rule.startswith(CONTROL)
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }
    rows = re.findall(r"^\| `(.+?) (/_simulator/\S+?)`", SIMULATOR.read_text(), re.MULTILINE)
    named = {
        (method, re.sub(r"\{\w+\}", "{}", path))
        for methods, path in rows
        for method in methods.split("`, `")
    }
    assert named == calls


@pytest.mark.parametrize("document", ["operations.md", "operations.pl.md"])
def test_operations_has_every_setting(document: str) -> None:
    settings = set(_READ.findall((ROOT / "bridge/settings.py").read_text()))
    assert len(settings) > 10
    text = (ROOT / "docs" / document).read_text()
    assert {name for name in settings if f"`{name}`" not in text} == set()


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = (heading.lower() for heading in _HEADING.findall(document.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}
