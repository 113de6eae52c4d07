"""Links between the project's documents, which lead from page to page in the site as well."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bridge.messages.documentation import FOLDERS

FOLDER = "docs/"

_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)")
_OF_ONE_LANGUAGE = re.compile(r"(.+)\.(en|pl)\.md")


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is made of a document: its path in the repository, its address in the site."""

    document: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class RepositoryLinks:
    """`elsewhere` are places among the site's sources of documents outside the folder of docs."""

    elsewhere: Mapping[str, str]
    translated: Collection[str] = ()
    """Places of English documents with a translation: a link to one names its own headings."""

    def in_site(self, markdown: str, page: Page) -> str:
        """The document's text with the links that the page needs."""
        return _LINK.sub(lambda found: self._link(found[1], page), markdown)

    def _link(self, link: str, page: Page) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.document), link))
        target = self.place(path)
        stem, language = self._written(target)
        if language not in (None, page.language):
            address = FOLDERS[language] + ("" if stem == "index" else f"{stem}/")
            return posixpath.relpath(address or ".", page.address or ".") + "/"
        return posixpath.relpath(target, posixpath.dirname(self.place(page.document)) or ".")

    def _written(self, place: str) -> tuple[str, str | None]:
        """A place without its ending, and the language that it is only in, where there is one."""
        found = _OF_ONE_LANGUAGE.fullmatch(place)
        if found:
            return found[1], found[2]
        return place.removesuffix(".md"), "en" if place in self.translated else None

    def place(self, path: str) -> str:
        """Where a file of the repository is among the site's sources, if it is there."""
        return self.elsewhere.get(path) or path.removeprefix(FOLDER)
