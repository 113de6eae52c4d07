"""Pages of messages, in Markdown: one for each code, and one that lists all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bridge.messages import Catalogue, Language
from documentation.message_facts import Facts, read_facts

FOLDER = "messages"
LANGUAGES: tuple[Language, ...] = ("en", "pl")

_TEXTS = Path(__file__).with_name("texts.json")
_LINK = re.compile(r"\[([^\]]*)\]\(\{\w+\}\)")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CODE = re.compile(r"(`[^`]*`)")
_PAGE_TITLES = {
    "administrator-guide.md": {"en": "Administrator’s guide", "pl": "Przewodnik administratora"},
    "operations.md": {"en": "Operating the bridge", "pl": "Prowadzenie mostka"},
    "first-access.md": {"en": "First access to KSeF", "pl": "Pierwszy dostęp do KSeF"},
    "for-developers.md": {"en": "For developers", "pl": "Dla programistów (po angielsku)"},
}


@dataclass(frozen=True, slots=True)
class MessagePages:
    """What the catalogue and the source of the bridge in `package` say of each code."""

    catalogue: Catalogue
    areas: Mapping[str, list[str]]
    """Codes by the name of the file of the catalogue that has them."""
    facts: Mapping[str, Facts]
    words: Mapping[str, Any]

    @classmethod
    def load(cls, package: Path) -> MessagePages:
        """Read all of it. Raises CatalogueError."""
        catalogue = Catalogue.load()
        files = sorted((package / "messages" / "catalogue").glob("*.json"))
        return cls(
            catalogue,
            {file.stem: list(json.loads(file.read_text("utf-8"))) for file in files},
            read_facts(package, catalogue.codes()),
            json.loads(_TEXTS.read_text("utf-8")),
        )

    def in_site(self) -> dict[str, str]:
        """All pages by their place among the site's sources."""
        pages = {}
        for language in LANGUAGES:
            pages[f"{FOLDER}/index.{language}.md"] = self._index(language)
            for area, codes in self.areas.items():
                for code in codes:
                    pages[f"{FOLDER}/{code}.{language}.md"] = self._page(code, area, language)
        return pages

    def _page(self, code: str, area: str, language: Language) -> str:
        parts = [f"# {code}", f"> {self._text(code, language)}"]
        rows = list(self._rows(code, area, language))
        if rows:
            parts.append("\n".join(rows))
        values = list(self._values(code, language))
        if values:
            parts += [f"## {self._label('filledIn', language)}", "\n".join(values)]
        parts.append(self._see_also(area, language))
        return "\n\n".join(parts) + "\n"

    def _rows(self, code: str, area: str, language: Language) -> Iterator[str]:
        facts = self.facts.get(code, Facts())
        severities = self.words["severities"]
        known = {
            "where": self._of_area(area, "where", language),
            "severity": ", ".join(severities[each][language] for each in sorted(facts.severities)),
            "status": ", ".join(f"{each} {HTTPStatus(each).phrase}" for each in facts.statuses),
            "ksefCode": ", ".join(str(each) for each in sorted(facts.ksef_codes)),
        }
        for label, value in known.items():
            if value:
                yield f"- **{self._label(label, language)}**: {value}"

    def _values(self, code: str, language: Language) -> Iterator[str]:
        """Each placeholder, with the words that may stand in it where the catalogue has them."""
        for name in sorted(set(_PLACEHOLDER.findall(self._text(code, language)))):
            words = self.catalogue.names.get(name, {}).values()
            told = "; ".join(word[language] for word in words)
            yield f"- `{{{name}}}`" + (f": {told}" if told else "")

    def _see_also(self, area: str, language: Language) -> str:
        links = [f"[{self._label('all', language)}](index.md)"]
        told = self.words["areas"].get(area, {})
        pages = [told[each] for each in ("more", "also") if each in told]
        links += [f"[{_PAGE_TITLES[each][language]}](../{each})" for each in pages]
        return " · ".join(links)

    def _index(self, language: Language) -> str:
        parts = [f"# {self._label('messages', language)}", self._label("introduction", language)]
        for area, codes in self.areas.items():
            parts.append(f"## {self._of_area(area, 'name', language) or area}")
            parts += [f"[`{each}`]({each}.md)  \n{self._text(each, language)}" for each in codes]
        return "\n\n".join(parts) + "\n"

    def _text(self, code: str, language: Language) -> str:
        """The catalogue's text: its links lead nowhere here, its placeholders are set off."""
        text = _LINK.sub(r"\1", self.catalogue.texts[code][language])
        return "".join(
            part if part.startswith("`") else _PLACEHOLDER.sub(r"`\g<0>`", part)
            for part in _CODE.split(text)
        )

    def _of_area(self, area: str, what: str, language: Language) -> str:
        return str(self.words["areas"].get(area, {}).get(what, {}).get(language, ""))

    def _label(self, name: str, language: Language) -> str:
        return str(self.words["labels"][name][language])
