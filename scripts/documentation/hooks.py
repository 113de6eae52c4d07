"""What `mkdocs build` is told beside mkdocs.yml: pages that no file in docs is the source of."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as SitePage

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from documentation.message_pages import MessagePages  # noqa: E402
from documentation.repository_links import FOLDER, Page, RepositoryLinks  # noqa: E402

ELSEWHERE = {
    "README.md": "index.en.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "vulnerabilities.md",
    "bridge/simulator/README.md": "simulator.md",
}
"""Documents that people look for elsewhere, by their paths in the repository."""

_DOCUMENTS = {place: path for path, place in ELSEWHERE.items()}
_links = RepositoryLinks(
    ELSEWHERE, {each.name.replace(".pl.md", ".md") for each in ROOT.glob("docs/*.pl.md")}
)
_HEADING = re.compile(r"^# .*\n", re.MULTILINE)
_IN_ENGLISH = r"\g<0>\n*Ta strona jest tylko po angielsku.*\n\n"


@cache
def _messages() -> dict[str, str]:
    return MessagePages.load(ROOT / "bridge").in_site()


# Before the plugin that tells the languages apart.
@event_priority(0)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Name the pages whose text `on_page_read_source` gives."""
    for place in (*_DOCUMENTS, *_messages()):
        files.append(File(place, config.docs_dir, config.site_dir, config.use_directory_urls))
    return files


def on_page_read_source(page: SitePage, config: MkDocsConfig) -> str | None:
    """The text of a page that no file in docs has; None leaves the reading to MkDocs."""
    place = page.file.src_uri
    if place in _messages():
        return _messages()[place]
    document = _DOCUMENTS.get(place)
    return None if document is None else (ROOT / document).read_text("utf-8")


@event_priority(100)
def on_page_markdown(markdown: str, page: SitePage, config: MkDocsConfig, files: Files) -> str:
    """Have links between documents lead to their pages."""
    place = page.file.src_uri
    if place in _messages():
        return markdown
    document = _DOCUMENTS.get(place, FOLDER + place)
    language = str(config.theme["language"])
    linked = _links.in_site(markdown, Page(document, page.url, language))
    return linked if _is_written_in(language, page) else _HEADING.sub(_IN_ENGLISH, linked, count=1)


def _is_written_in(language: str, page: SitePage) -> bool:
    return language == "en" or page.file.src_uri.endswith(f".{language}.md")
