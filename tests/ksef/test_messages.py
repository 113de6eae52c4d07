"""Every message of this package is there in both languages, and can be filled in."""

from __future__ import annotations

import json
from pathlib import Path
from string import Formatter

import pytest

import bridge.ksef
from bridge.ksef.errors import KsefError, KsefForbidden
from bridge.ksef.message_codes import MessageCode
from bridge.ksef.refusals import refusal_of
from tests.ksef import test_refusals

FILE = Path(bridge.ksef.__file__).parents[1] / "messages" / "catalogue" / "ksef.json"
TEXTS: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_codes_and_texts_are_the_same_set() -> None:
    assert set(TEXTS) == {code.value for code in MessageCode}


@pytest.mark.parametrize("code", MessageCode)
def test_both_languages_with_the_same_placeholders(code: MessageCode) -> None:
    texts = TEXTS[code.value]
    assert set(texts) == {"en", "pl"}
    assert placeholders(texts["en"]) == placeholders(texts["pl"])
    assert texts["en"] != texts["pl"]
    # What is wrong, and what to do next.
    for text in texts.values():
        assert text.count(". ") + text.count("; ") + text.count("{") >= 1
        assert text.endswith(".")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_refusal_fills_its_text(language: str) -> None:
    errors = [
        *(test_refusals.status(code, detail) for code, detail, _, _ in test_refusals.STATUSES),
        *(test_refusals.refused(code, detail) for code, detail, _, _ in test_refusals.EXCEPTIONS),
    ]
    for error in errors:
        refusal = refusal_of(error)
        assert "{" not in TEXTS[refusal.code][language].format_map(refusal.params)


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("error", test_refusals.PASSING)
def test_what_passes_fills_its_text(error: KsefError, language: str) -> None:
    refusal = refusal_of(error)
    assert "{" not in TEXTS[refusal.code][language].format_map(refusal.params)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (MessageCode.TOKEN_UNKNOWN, ["innym środowisku", "wygeneruj token"]),
        (
            MessageCode.CONTEXT_BLOCKED,
            ["Ministerstwem Finansów", "żadnej próby", "sprawdzenie połączenia"],
        ),
        (MessageCode.NO_PERMISSIONS, ["Nadaj mu uprawnienia"]),
        (MessageCode.SECURITY_BLOCKED, ["Nie ponawiaj", "Ministerstwu Finansów"]),
    ],
)
def test_what_to_do_is_said(code: MessageCode, words: list[str]) -> None:
    assert [word for word in words if word not in TEXTS[code]["pl"]] == []


def test_forbidden_fills_its_text_whatever_ksef_left_out() -> None:
    for code in (
        MessageCode.FORBIDDEN,
        MessageCode.PERMISSIONS_MISSING,
        MessageCode.IP_NOT_ALLOWED,
        MessageCode.SECURITY_BLOCKED,
    ):
        refusal = refusal_of(KsefForbidden(test_refusals.OPERATION, "?", {}))
        assert TEXTS[code]["pl"].format_map(refusal.params)
