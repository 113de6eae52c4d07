"""What the API calls by a name is told in words, in every text and both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

import bridge
from bridge.credentials.certificate import CertificateKind, CertificateType, IdentifierType
from bridge.credentials.context import ContextType
from bridge.credentials.environment import Environment
from bridge.espocrm.certificate_status import Remedy
from bridge.keys.codes import Damage
from bridge.messages import Catalogue, Language
from bridge.sessions.least_privilege import NEEDED_PERMISSIONS
from espo_extension.model.ksef_certificate_fields import KSEF_CERTIFICATE_FIELDS
from espo_extension.model.ksef_profile_fields import KSEF_PROFILE_FIELDS

CATALOGUE = Catalogue.load()
LANGUAGES: tuple[Language, ...] = ("en", "pl")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
EXTENSION = Path(bridge.__file__).parents[1] / "espo_extension" / "model" / "texts"

# Numbers, dates, KSeF's own words, names of records, files, settings and hosts: these placeholders
# never show a value of an enumeration. Whoever adds a placeholder decides here.
FOR_THEMSELVES = set(
    re.findall(
        r"\w+",
        """
        account active address algorithm announced announcedOn apiKeys backup bridge bridgeContract
        caller certificate certificates character characters clientIp columns command content
        contextValue contract count cryptography database date days description digest error espocrm
        expected extension field file fingerprint first folder folders format found foundValue
        gunicorn here home host httpStatus identifier identifierValue incidentId internalId issuer
        key keyId keyIds ksefCode last least length limit listCode masterKeys may megabytes members
        milliseconds mode most name names newer nip number older openssl owner package path php
        place places platform portal privileges problem profile profiles program pymysql python
        reason reference requestId retryAfter rounds scope scopes seconds serialNumber server
        service setting since site size sqlalchemy statement successor table time title tornado
        total until url user version warning
        """,
    )
)
ENUMERATIONS: dict[str, type[StrEnum]] = {
    "environment": Environment,
    "announcingEnvironment": Environment,
    "identifierType": IdentifierType,
    "contextType": ContextType,
    "type": CertificateType,
    "kind": CertificateKind,
    "remedy": Remedy,
    "damage": Damage,
}
OF_THE_EXTENSION_ALONE = {"statusBefore", "revocationReason"}
"""Shown by texts of the extension's own."""
WORDS_ALONE = {"permission"}
"""The rights of a connection test, shown outside any text."""


def placeholders() -> set[str]:
    return {
        placeholder
        for texts in CATALOGUE.texts.values()
        for text in texts.values()
        for placeholder in PLACEHOLDER.findall(text)
    }


def test_each_placeholder_shows_either_words_or_what_stands_for_itself() -> None:
    named = CATALOGUE.names.keys()
    assert placeholders() - named - FOR_THEMSELVES == set(), "decide whether names.json has words"
    assert named & FOR_THEMSELVES == set()
    assert named - placeholders() == OF_THE_EXTENSION_ALONE | WORDS_ALONE


@pytest.mark.parametrize("placeholder", ENUMERATIONS)
def test_every_value_has_words(placeholder: str) -> None:
    assert CATALOGUE.names[placeholder].keys() >= set(ENUMERATIONS[placeholder])


def test_the_rights_that_are_looked_for_have_words() -> None:
    for placeholder in ("missing", "required", "present", "permission"):
        assert CATALOGUE.names[placeholder].keys() >= set(NEEDED_PERMISSIONS)


def filled() -> Iterator[tuple[str, str, str]]:
    """A code, a placeholder of its text, and a value that it may show."""
    for code in sorted(CATALOGUE.codes()):
        for placeholder in sorted(CATALOGUE.placeholders(code, "pl") & CATALOGUE.names.keys()):
            for value in CATALOGUE.names[placeholder]:
                yield code, placeholder, value


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_shows_a_name_of_the_api(language: Language) -> None:
    shown = []
    for code, placeholder, value in filled():
        params = dict.fromkeys(CATALOGUE.placeholders(code, language), "1") | {placeholder: value}
        text = CATALOGUE.text(code, language, params)
        words = CATALOGUE.names[placeholder][value][language]
        assert words in text, (code, placeholder, value)
        if words != value and re.search(rf"\b{value}\b", text.replace(words, "")):
            shown.append((code, placeholder, value, text))
    assert shown == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_of_names_is_told_in_words_too(language: Language) -> None:
    params = {"required": "InvoiceWrite, SomethingNew", "present": "-"}
    text = CATALOGUE.text("ksef-permissions-missing", language, params)
    assert "InvoiceWrite" not in text
    assert f"{CATALOGUE.names['required']['InvoiceWrite'][language]}, SomethingNew" in text


def test_a_signer_known_by_fingerprint_is_told_in_polish() -> None:
    params = {
        "identifierType": "Fingerprint",
        "identifierValue": "ab" * 32,
        "contextType": "InternalId",
        "contextValue": "5265877635-12346",
    }
    text = CATALOGUE.text("ksef-no-permissions-of-subject", "pl", params)
    assert f"odcisk palca certyfikatu {'ab' * 32}" in text
    assert "identyfikator wewnętrzny 5265877635-12346" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_fields_in_espocrm_use_the_same_words(language: Language) -> None:
    for field in (*KSEF_PROFILE_FIELDS, *KSEF_CERTIFICATE_FIELDS):
        names = CATALOGUE.names.get(field.name)
        if names is None or field.name == "kind":
            continue
        for option in field.options:
            if option.label is not None and option.value:
                words, label = names[option.value][language], option.label.in_language(language)
                assert words.casefold() == label.casefold(), (field.name, option.value)


def test_choices_in_espocrm_use_the_same_words() -> None:
    texts = json.loads((EXTENSION / "KsefCertificate.json").read_text("utf-8"))
    assert texts["options"]["revocationReason"] == CATALOGUE.names["revocationReason"]
