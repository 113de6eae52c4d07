"""Where the site of the documentation has the page of a message."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.messages.message_catalogue import Language

FOLDERS = {"en": "", "pl": "pl/"}
"""Of the site's languages, as mkdocs.yml has them: the first one stands at its root."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said in one language; `page` is the address of its page, where there is a site."""

    text: str
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Documentation:
    """The site that `mkdocs build` makes. `url` ends with a slash; None where there is no site."""

    url: str | None

    def page(self, code: str, language: Language) -> str | None:
        """The address of the code's page; None where there is no site."""
        return self.url and f"{self.url}{FOLDERS[language]}messages/{code}/"
