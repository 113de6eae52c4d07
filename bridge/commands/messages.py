"""What commands say: texts of the catalogue, and below each where more is written about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.messages import Catalogue, Documentation, Language, Message
from bridge.settings import find_documentation


@dataclass(frozen=True, slots=True)
class Messages:
    """The messages of one command in its language."""

    language: Language = "en"
    catalogue: Catalogue = field(default_factory=Catalogue.load)
    documentation: Documentation = field(default_factory=find_documentation)

    def of(self, code: str, params: Mapping[str, str | int] | None = None) -> Message:
        """The text, and the page where there is one. Raises CatalogueError."""
        return Message(
            self.catalogue.text(code, self.language, params or {}),
            self.documentation.page(code, self.language),
        )

    def told(self, code: str, params: Mapping[str, str | int] | None = None) -> str:
        """The text with its page on a line of its own."""
        message = self.of(code, params)
        return message.text if message.page is None else f"{message.text}\n{message.page}"
