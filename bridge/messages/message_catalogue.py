"""Loading the catalogue and filling in its texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Literal

Language = Literal["pl", "en"]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class CatalogueError(LookupError):
    """The base of this package's errors."""


class CodeUnknown(CatalogueError):
    """The catalogue has no text of this code."""


class CodeRepeated(CatalogueError):
    """Two files of the catalogue have a text of the same code."""


class ParameterMissing(CatalogueError):
    """A text has a placeholder for which there is no value."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts by code and language."""

    texts: Mapping[str, Mapping[Language, str]]

    @classmethod
    def load(cls) -> Catalogue:
        """Read the files that come with this package. Raises CodeRepeated."""
        texts: dict[str, Mapping[Language, str]] = {}
        folder = resources.files(__package__) / "catalogue"
        for file in sorted(folder.iterdir(), key=lambda each: each.name):
            if not file.name.endswith(".json"):
                continue
            for code, text in json.loads(file.read_text("utf-8")).items():
                if code in texts:
                    raise CodeRepeated(code)
                texts[code] = text
        return cls(texts)

    def codes(self) -> frozenset[str]:
        """Every code that has a text."""
        return frozenset(self.texts)

    def text(self, code: str, language: Language, params: Mapping[str, str | int]) -> str:
        """The text of a code, its placeholders filled in; further parameters are passed over.

        Raises CodeUnknown, ParameterMissing.
        """
        try:
            text = self.texts[code][language]
        except KeyError:
            raise CodeUnknown(f"{code} in {language}") from None
        missing = self.placeholders(code, language) - params.keys()
        if missing:
            raise ParameterMissing(f"{code} needs {', '.join(sorted(missing))}")
        return _PLACEHOLDER.sub(lambda placeholder: str(params[placeholder[1]]), text)

    def placeholders(self, code: str, language: Language) -> frozenset[str]:
        """The names of a text's placeholders."""
        return frozenset(_PLACEHOLDER.findall(self.texts[code][language]))


def language_of(accept_language: str | None) -> Language:
    """Polish for an Accept-Language header that starts with `pl`, else English."""
    return "pl" if (accept_language or "").strip().lower().startswith("pl") else "en"
