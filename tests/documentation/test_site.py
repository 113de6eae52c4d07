"""The site that `mkdocs build --strict` makes: pages of messages, links that lead somewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from bridge.messages import Catalogue, Documentation, Language

ROOT = Path(__file__).resolve().parents[2]
MKDOCS = Path(sys.executable).with_name("mkdocs")
ADDRESS = "https://docs.example/ksef/"
CATALOGUE = Catalogue.load()
IN_ENGLISH = "Ta strona jest tylko po angielsku."


@dataclass
class Page(HTMLParser):
    """The words of a page's article, where its links lead, and its anchors."""

    words: str = ""
    links: set[str] = field(default_factory=set)
    links_in_article: set[str] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)
    _in_article: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_article |= tag == "article"
        links = {each for name in ("href", "src") if (each := given.get(name))}
        self.links |= links
        if self._in_article:
            self.links_in_article |= links
        self.anchors |= {each for name in ("id", "name") if (each := given.get(name))}

    def handle_endtag(self, tag: str) -> None:
        self._in_article &= tag != "article"

    def handle_data(self, data: str) -> None:
        if self._in_article:
            self.words += data


@dataclass(frozen=True)
class Site:
    folder: Path
    pages: dict[str, Page]
    """By address, each ending with a slash."""

    def leads_to(self, address: str) -> set[str]:
        """The addresses that a page's article links to."""
        return {urljoin(address, each) for each in self.pages[address].links_in_article}

    def words(self, address: str | None) -> str:
        assert address is not None
        return re.sub(r"\s+", " ", self.pages[address].words)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    made = subprocess.run(
        [MKDOCS, "build", "--strict", "--config-file", ROOT / "mkdocs.yml", "--site-dir", folder],
        cwd=folder,
        env={**os.environ, "KSEF_BRIDGE_DOCUMENTATION_URL": ADDRESS, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    pages = {}
    for file in folder.rglob("index.html"):
        place = file.parent.relative_to(folder).as_posix()
        pages[ADDRESS if place == "." else f"{ADDRESS}{place}/"] = page = Page()
        page.feed(file.read_text("utf-8"))
    return Site(folder, pages)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_code_has_a_page_where_messages_link_to_it(site: Site, language: Language) -> None:
    documentation = Documentation(ADDRESS)
    addresses = {code: documentation.page(code, language) for code in CATALOGUE.codes()}
    assert len(addresses) > 400
    assert set(addresses.values()) <= set(site.pages)
    for code, address in addresses.items():
        longest = max(re.split(r"\(?\{\w+\}\)?|[`*\[\]]", CATALOGUE.texts[code][language]), key=len)
        assert longest.strip() in site.words(address), code


def test_a_page_says_what_the_source_tells_of_its_code(site: Site) -> None:
    told = {
        "seal-unusable": ("409 Conflict",),
        "login-in-progress": ("503 Service Unavailable",),
        "api-key-unknown": ("401 Unauthorized",),
        "inspections-busy": ("503 Service Unavailable",),
        "invoice-missing": ("422 Unprocessable",),
        "ksef-no-permissions": ("Kod KSeF: 415",),
        "token-nip-length": ("Waga: błąd", "{found}"),
        "doctor-api-keys-scope-missing": ("Waga: ostrzeżenie", "ksef-bridge doctor"),
        "certificate-expired": ("Waga: błąd",),
    }
    for code, words in told.items():
        page = site.words(f"{ADDRESS}pl/messages/{code}/")
        assert [each for each in words if each not in page] == [], code


def test_what_may_stand_in_a_placeholder_is_told_in_words(site: Site) -> None:
    page = site.words(f"{ADDRESS}pl/messages/ksef-certificate-not-active/")
    assert "{status}: Aktywny; Nieaktywny; Zawnioskowany" in page


def test_documents_are_pages_and_polish_falls_back_to_english(site: Site) -> None:
    for name in (
        "for-developers",
        "decisions",
        "changelog",
        "contributing",
        "vulnerabilities",
        "asvs",
        "simulator",
    ):
        words = site.words(f"{ADDRESS}{name}/")
        assert len(words) > 1000
        in_polish = site.words(f"{ADDRESS}pl/{name}/")
        assert IN_ENGLISH in in_polish
        assert in_polish.replace(f"{IN_ENGLISH} ", "") == words
    for address, heading in (("", "KSeF for EspoCRM"), ("pl/", "KSeF dla EspoCRM")):
        assert heading in site.words(ADDRESS + address)
        assert IN_ENGLISH not in site.words(ADDRESS + address)


def test_pages_that_administrators_work_by_are_in_polish(site: Site) -> None:
    for name, heading in (
        ("administrator-guide", "Przewodnik administratora"),
        ("first-access", "Pierwszy dostęp do KSeF"),
        ("operations", "Prowadzenie mostka"),
        ("docker", "Mostek w kontenerach"),
        ("security", "Bezpieczeństwo"),
    ):
        words = site.words(f"{ADDRESS}pl/{name}/")
        assert words.lstrip().startswith(heading), name
        assert IN_ENGLISH not in words, name
        # Each leads to the other.
        english, polish = (f"{ADDRESS}{name}/", f"{ADDRESS}pl/{name}/")
        assert polish in site.leads_to(english), name
        assert english in site.leads_to(polish), name


@pytest.mark.parametrize("language", ["en", "pl"])
def test_espocrm_links_to_the_page_of_first_access(site: Site, language: Language) -> None:
    texts = json.loads((ROOT / "espo_extension/model/texts/KsefProfile.json").read_text("utf-8"))
    page = f"{ADDRESS}{texts['messages']['pageOfFirstAccess'][language]}"
    assert "ZAW-FA(3)" in site.words(page)
    assert (IN_ENGLISH in site.words(page)) is False


@pytest.mark.parametrize("code", ["token-empty", "certificate-expired", "ksef-no-permissions"])
def test_whoever_lacks_access_is_led_to_how_it_is_got(site: Site, code: str) -> None:
    for language in ("", "pl/"):
        links = site.leads_to(f"{ADDRESS}{language}messages/{code}/")
        assert f"{ADDRESS}{language}first-access/" in links


def test_every_link_leads_somewhere(site: Site) -> None:
    dead = []
    for address, page in site.pages.items():
        for link in page.links:
            target = urlsplit(urljoin(address, link))
            whole = target._replace(fragment="", query="").geturl()
            if not whole.startswith(ADDRESS):
                continue
            file = site.folder / unquote(whole.removeprefix(ADDRESS))
            if whole in site.pages:
                anchors = site.pages[whole].anchors
                if target.fragment and unquote(target.fragment) not in anchors:
                    dead.append((address, link))
            elif not file.is_file():
                dead.append((address, link))
    assert dead == []


def test_nothing_is_fetched_from_elsewhere(site: Site) -> None:
    for file in site.folder.rglob("*.html"):
        html = file.read_text("utf-8")
        loaded = re.findall(
            r'<(?:script|img|link|iframe)[^>]*(?:src|href)="((?:https?:)?//[^"]+)"', html
        )
        assert [each for each in loaded if not each.startswith(ADDRESS)] == [], file
        # For a diagram the theme fetches a program from another host.
        assert 'class="mermaid"' not in html, file
    for file in site.folder.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//", file.read_text("utf-8")), file
