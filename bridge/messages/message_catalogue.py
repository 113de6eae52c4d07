"""Loading the catalogue and filling in its texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal

Language = Literal["pl", "en"]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# With the stop of a sentence that ends with it.
_AT_END = re.compile(_PLACEHOLDER.pattern + r"([*_]*\.(?!\.))?")
_ENDS_SENTENCES = (".", "!", "?", "…")
_NAME = re.compile(r"\w+")

Text = Mapping[Language, str]


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
    """All texts by code and language.

    `names` are words for values, by placeholder and value: what the API calls `Fingerprint` is
    shown as a fingerprint.
    """

    texts: Mapping[str, Text]
    names: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Catalogue:
        """Read the files that come with this package. Raises CodeRepeated."""
        texts: dict[str, Text] = {}
        package = resources.files(__package__)
        for file in sorted((package / "catalogue").iterdir(), key=lambda each: each.name):
            if not file.name.endswith(".json"):
                continue
            for code, text in json.loads(file.read_text("utf-8")).items():
                if code in texts:
                    raise CodeRepeated(code)
                texts[code] = text
        return cls(texts, names_from(json.loads((package / "names.json").read_text("utf-8"))))

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
        return _AT_END.sub(
            lambda found: _ended_once(self._shown(found[1], params[found[1]], language), found[2]),
            text,
        )

    def _shown(self, placeholder: str, value: str | int, language: Language) -> str:
        """The value with every word in it that is a name of the API's turned into people's."""
        names = self.names.get(placeholder)
        if names is None:
            return str(value)
        return _NAME.sub(
            lambda name: names[name[0]][language] if name[0] in names else name[0], str(value)
        )

    def placeholders(self, code: str, language: Language) -> frozenset[str]:
        """The names of a text's placeholders."""
        return frozenset(_PLACEHOLDER.findall(self.texts[code][language]))


def _ended_once(value: str, end: str | None) -> str:
    """The value and the stop that follows it, unless the value has one itself, as "S.A." has."""
    if end is None:
        return value
    return value + (end[:-1] if value.endswith(_ENDS_SENTENCES) else end)


def names_from(document: Mapping[str, Any]) -> dict[str, Any]:
    """Words by placeholder and value, from the form in which `names.json` has them."""
    return {
        placeholder: document[names] if isinstance(names, str) else names
        for placeholder, names in document.items()
    }


def language_of(accept_language: str | None) -> Language:
    """Polish for an Accept-Language header that starts with `pl`, else English."""
    return "pl" if (accept_language or "").strip().lower().startswith("pl") else "en"
