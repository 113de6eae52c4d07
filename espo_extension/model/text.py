"""Texts that a person reads, in every language of the extension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "pl"]

LOCALES: Mapping[Language, str] = {"en": "en_US", "pl": "pl_PL"}
"""The folder of each language in EspoCRM; en_US is the one it falls back to."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same said in English and in Polish."""

    en: str
    pl: str

    def in_language(self, language: Language) -> str:
        """What stands for one language."""
        return self.en if language == "en" else self.pl
