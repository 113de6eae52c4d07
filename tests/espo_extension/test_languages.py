"""What people read is there in both languages, and the Polish is Polish."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bridge
from bridge.messages import Catalogue, Language
from espo_extension.model.extension import Extension

SCOPES = ["Admin", "Global", "KsefCertificate", "KsefProfile", "ScheduledJob", "Settings"]
CATALOGUE = Path(bridge.__file__).parent / "messages/catalogue"
DIACRITICS = re.compile("[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")
LONG = 60
WRITTEN_WITHOUT = re.compile(
    r"\b(srodowisk|uwierzytelniajac|jezeli|pozniej|zostal|wazn|wlasciw|wygasl|uzyj|haslo|polacz)",
    re.IGNORECASE,
)


def keys(document: dict[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from keys(value, (*at, key))
        else:
            yield (*at, key)


def sentences(document: dict[str, Any]) -> Iterator[str]:
    for value in document.values():
        if isinstance(value, dict):
            yield from sentences(value)
        else:
            yield value


@pytest.mark.parametrize("scope", SCOPES)
def test_both_languages_have_the_same_keys(resources: dict[str, Any], scope: str) -> None:
    english, polish = (resources[f"i18n/{locale}/{scope}"] for locale in ("en_US", "pl_PL"))
    assert set(keys(english)) == set(keys(polish))


@pytest.mark.parametrize("scope", SCOPES)
def test_polish_has_its_letters(resources: dict[str, Any], scope: str) -> None:
    for text in sentences(resources[f"i18n/pl_PL/{scope}"]):
        assert not WRITTEN_WITHOUT.search(text), text


def test_hardly_a_long_polish_text_does_without_them(resources: dict[str, Any]) -> None:
    texts = [text for scope in SCOPES for text in sentences(resources[f"i18n/pl_PL/{scope}"])]
    long = [text for text in texts if len(text) >= LONG]
    assert sum(bool(DIACRITICS.search(text)) for text in long) > 0.95 * len(long)


@pytest.mark.parametrize("locale", ["en_US", "pl_PL"])
def test_everything_that_the_bridge_says_can_be_shown(
    resources: dict[str, Any], locale: str
) -> None:
    messages = resources[f"i18n/{locale}/KsefProfile"]["messages"]
    language = locale[:2]
    for file in CATALOGUE.glob("*.json"):
        for code, text in json.loads(file.read_text("utf-8")).items():
            if file.name in {"doctor.json", "extension.json", "home.json", "initialization.json"}:
                assert code not in messages
            else:
                assert messages[code] == text[language]


@pytest.mark.parametrize("locale", ["en_US", "pl_PL"])
def test_names_of_the_api_have_their_words_in_espocrm_too(
    resources: dict[str, Any], locale: str
) -> None:
    language: Language = "pl" if locale == "pl_PL" else "en"
    assert resources[f"i18n/{locale}/KsefProfile"]["names"] == {
        placeholder: {value: words[language] for value, words in values.items()}
        for placeholder, values in Catalogue.load().names.items()
    }


def test_only_administrators_get_the_messages(resources: dict[str, Any]) -> None:
    # EspoCRM leaves out the scopes that a user may not read; Global goes to everybody.
    for locale in ("en_US", "pl_PL"):
        messages = resources[f"i18n/{locale}/Global"]["messages"]
        assert all(key.startswith("fieldNotMatchingPattern$ksef") for key in messages)


@pytest.mark.parametrize("locale", ["en_US", "pl_PL"])
def test_every_field_option_and_link_has_a_label(
    extension: Extension, resources: dict[str, Any], locale: str
) -> None:
    for entity in extension.entities:
        texts = resources[f"i18n/{locale}/{entity.name}"]
        metadata = resources[f"metadata/entityDefs/{entity.name}"]
        assert texts["fields"].keys() >= {field.name for field in entity.fields}
        for name, field in metadata["fields"].items():
            if "options" in field:
                assert list(texts["options"][name]) == field["options"]
            if field.get("tooltip"):
                assert texts["tooltips"][name]
        many = {name for name, link in metadata["links"].items() if link["type"] == "hasMany"}
        assert texts["links"].keys() == many


@pytest.mark.parametrize("locale", ["en_US", "pl_PL"])
def test_every_scheduled_job_has_a_label(resources: dict[str, Any], locale: str) -> None:
    labels = resources[f"i18n/{locale}/ScheduledJob"]["options"]["job"]
    assert labels.keys() == resources["metadata/app/scheduledJobs"].keys()


@pytest.mark.parametrize(
    ("locale", "labels"),
    [
        ("en_US", ("KSeF Settings", "KSeF Certificates", "KSeF Bridge")),
        ("pl_PL", ("Ustawienia KSeF", "Certyfikaty KSeF", "Mostek KSeF")),
    ],
)
@pytest.mark.parametrize("words", ["ksef", "ksef settings", "nip", "faktur", "certyfikat"])
def test_administration_is_found_by_these_words(
    resources: dict[str, Any], locale: str, labels: tuple[str, ...], words: str
) -> None:
    texts = resources[f"i18n/{locale}/Admin"]
    (panel,) = resources["metadata/app/adminPanel"].values()
    assert tuple(texts["labels"][item["label"]] for item in panel["itemList"]) == labels
    assert any(is_found(words, item, texts) for item in panel["itemList"])


def is_found(words: str, item: dict[str, Any], texts: dict[str, Any]) -> bool:
    """As client/src/views/admin/index.js searches: labels and their words, then keywords."""
    label = texts["labels"][item["label"]].lower()
    keywords = texts["keywords"][item["description"]].split(",")
    return (
        label.startswith(words)
        or any(word.startswith(words) for word in label.split())
        or words in keywords
        or (len(words) >= 3 and any(keyword.startswith(words) for keyword in keywords))
    )
