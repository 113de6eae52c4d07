"""What the extension's PHP says has a text, and no text is left over."""

from __future__ import annotations

import json
import re
from pathlib import Path

import bridge
from bridge.messages import Catalogue

MODULE = Path("espo_extension/files/custom/Espo/Modules/Ksef")
CATALOGUE = Path(bridge.__file__).parent / "messages" / "catalogue"
OF_THE_EXTENSION = ("espocrm.json", "certificates.json")
LITERAL = re.compile(r"'([a-z][a-z0-9]*(?:-[a-z0-9]+)+)'")
# new Message('…', $this->message('…', new BridgeProblem(400, '…'
SAID = re.compile(r"(?:new Message|->message|new Bridge\w+)\((?:\d+, )?'([a-z0-9-]+)'")


def sources() -> list[str]:
    root = Path(bridge.__file__).parents[1]
    return [path.read_text("utf-8") for path in sorted((root / MODULE).rglob("*.php"))]


def said() -> set[str]:
    return {code for source in sources() for code in SAID.findall(source)}


def test_the_search_finds_codes_in_each_way_they_are_said() -> None:
    assert {"nip-malformed", "linked-certificate-is-offline", "request-malformed"} <= said()
    assert "bridge-answer-unreadable" in said()


def test_whatever_is_said_has_a_text() -> None:
    assert said() - Catalogue.load().codes() == set()


def test_no_text_is_left_over() -> None:
    literals = {word for source in sources() for word in LITERAL.findall(source)}
    texts = {
        code
        for name in OF_THE_EXTENSION
        for code in json.loads((CATALOGUE / name).read_text("utf-8"))
    }
    assert texts - literals == set()
