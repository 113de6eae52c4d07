"""Texts are whole in both languages, or the build stops with one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from espo_extension.build.failure import BuildFailed
from espo_extension.build.sources import parse_json, text_tree
from espo_extension.build.text_checks import check_labels, check_texts
from espo_extension.model.administration import ADMINISTRATION_ITEMS
from espo_extension.model.extension import Extension
from espo_extension.model.fields import Option
from espo_extension.model.layouts import Panel
from espo_extension.model.text import Text
from tests.espo_extension.sources import entity_named, refusal, with_field, with_layout

PROFILE = "KsefProfile"


def test_the_texts_as_they_are_pass(extension: Extension) -> None:
    check_texts(extension)
    check_labels(extension)


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (
            lambda it: with_field(it, PROFILE, "nip", label=Text("NIP", "")),
            "KsefProfile.nip: label is empty in pl",
        ),
        (
            lambda it: with_field(it, PROFILE, "nip", label=Text(" ", "NIP")),
            "KsefProfile.nip: label is empty in en",
        ),
        (
            lambda it: with_field(it, PROFILE, "nip", tooltip=Text("Digits.", " ")),
            "KsefProfile.nip: tooltip is empty in pl",
        ),
        (
            lambda it: with_field(
                it, PROFILE, "authorizationType", options=(Option("", Text("", "Brak")),)
            ),
            "KsefProfile.authorizationType: the empty option is empty in en",
        ),
        (
            lambda it: with_field(
                it, PROFILE, "environment", options=(Option("Test", Text("Test", "")),)
            ),
            "KsefProfile.environment: option Test is empty in pl",
        ),
        (
            lambda it: replace(it, catalogue={"some-code": Text("It ended.", "")}),
            "message some-code is empty in pl",
        ),
        (
            lambda it: replace(it, catalogue={"some-code": Text("{name} ended.", "Koniec {nip}.")}),
            "message some-code has {name}, {nip} in one language only",
        ),
        (
            lambda it: with_field(it, PROFILE, "nip", label=Text("NIP {of}", "NIP")),
            "KsefProfile.nip: label has {of} in one language only",
        ),
    ],
)
def test_a_text_that_is_not_whole(
    extension: Extension, changed: Callable[[Extension], Extension], line: str
) -> None:
    assert refusal(changed(extension)) == line


def test_a_label_that_a_screen_names_and_nobody_wrote(extension: Extension) -> None:
    panels = (Panel("some", "Unheard", (("name",),)),)
    changed = with_layout(extension, PROFILE, detail_small=panels)
    assert refusal(changed) == "texts/KsefProfile.json has no labels: Unheard"


def test_an_administration_item_that_cannot_be_found(extension: Extension) -> None:
    item = replace(ADMINISTRATION_ITEMS[0], name="unheard")
    changed = replace(extension, administration_items=(item,))
    assert refusal(changed) == "texts/Admin.json has no descriptions: unheard"


def test_a_scope_without_texts(extension: Extension) -> None:
    texts = {scope: tree for scope, tree in extension.texts.items() if scope != "Global"}
    assert refusal(replace(extension, texts=texts)) == "texts/Global.json is missing"


def test_texts_without_a_scope(extension: Extension) -> None:
    texts = {**extension.texts, "KsefProfil": {}}
    line = refusal(replace(extension, texts=texts))
    assert line == "texts/KsefProfil.json is of no scope that is rendered"


def test_only_the_empty_option_may_go_without_a_label(extension: Extension) -> None:
    labels = [
        option.label
        for field in entity_named(extension, PROFILE).fields
        for option in field.options
        if not option.value
    ]
    assert labels
    assert set(labels) == {None}


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (
            {"labels": {"Some": {"en": "Some"}}},
            "texts/X.json: labels.Some has no text in pl",
        ),
        (
            {"labels": {"Some": {"pl": "Jakiś", "en": None}}},
            "texts/X.json: labels.Some has no text in en",
        ),
        (
            {"labels": {"Some": {"en": "Some", "pl": "Jakiś", "de": "Etwas"}}},
            "texts/X.json: labels.Some has a text in de, which is no language of the extension",
        ),
        ({"labels": {"Some": "Some"}}, "texts/X.json: labels.Some is not a text in two languages"),
    ],
)
def test_a_text_file_of_another_form(texts: dict[str, Any], line: str) -> None:
    with pytest.raises(BuildFailed) as caught:
        text_tree(texts, "texts/X.json")
    assert str(caught.value) == line


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('{"a": 1, "a": 2}', "x.json is not sound JSON: the key “a” stands twice"),
        ('{"a": 1,}', "x.json is not sound JSON: "),
    ],
)
def test_json_that_is_not_sound(source: str, line: str) -> None:
    with pytest.raises(BuildFailed) as caught:
        parse_json(source, "x.json")
    assert str(caught.value).startswith(line)
