"""The whole extension: entities, Administration, and every text, as the templates get it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from espo_extension.model.administration import (
    ADMINISTRATION_ITEMS,
    PANEL_LABEL,
    SETTINGS,
    AdministrationItem,
    Setting,
)
from espo_extension.model.entity import Entity
from espo_extension.model.fields import Pattern
from espo_extension.model.ksef_certificate import KSEF_CERTIFICATE
from espo_extension.model.ksef_profile import KSEF_PROFILE
from espo_extension.model.patterns import PATTERNS
from espo_extension.model.text import Text

MODULE = "Ksef"

TextTree = Mapping[str, "Text | TextTree"]
"""Texts by category and key, nested as EspoCRM's i18n is."""


@dataclass(frozen=True, slots=True)
class ChangelogEntry:
    """Of which version the changelog speaks first."""

    version: str
    """Empty while it is not released."""
    day: str
    """As 2026-12-31; empty like the version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """What the templates render; entities and settings as declared unless told otherwise."""

    version: str
    contract: int
    """The number of the HTTP contract that bridge and extension must share."""
    changes: ChangelogEntry
    """The newest entry of the changelog, which bridge and extension share."""
    portal_urls: Mapping[str, str]
    """The taxpayer's web application by environment."""
    texts: Mapping[str, TextTree]
    """By EspoCRM's i18n scope."""
    catalogue: Mapping[str, Text]
    """What bridge and extension say, by code."""
    names: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    """Words for the API's values, by the placeholder that shows them."""
    entities: tuple[Entity, ...] = (KSEF_PROFILE, KSEF_CERTIFICATE)
    settings: tuple[Setting, ...] = SETTINGS
    patterns: Mapping[str, Pattern] = field(default_factory=lambda: PATTERNS)
    administration_label: str = PANEL_LABEL
    administration_items: tuple[AdministrationItem, ...] = ADMINISTRATION_ITEMS
