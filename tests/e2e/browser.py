"""Headless Chromium as an administrator uses it, and everything that went wrong in its console."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Request, Response

CHROMIUM = "/usr/bin/chromium-headless-shell"
# A refusal is an answer: Chromium reports each as an error of the page.
_REFUSED = re.compile(r"Failed to load resource.*status of (400|409|503)")
_LOOK_EVERY_MS, _STILL = 50, 3
_RECORD = re.compile(r"/api/v1/Ksef\w+(/\w+)?$")


def _is_save(response: Response) -> bool:
    is_record = _RECORD.search(response.url) is not None
    return is_record and response.request.method in ("POST", "PUT")


@contextlib.contextmanager
def chromium(url: str) -> Iterator[Browser]:
    """Debian's Chromium without its own windows, which would cost a third more.

    It finds no host but that of `url`. To have a test refuse requests would turn off its cache.
    """
    from playwright.sync_api import sync_playwright

    arguments = [
        *("--disable-gpu", "--disable-background-networking", "--disable-component-update"),
        f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {urlsplit(url).hostname}",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@dataclass
class Screen:
    """One person's window on EspoCRM."""

    page: Page
    url: str
    language: str
    screenshots: Path
    problems: list[str] = field(default_factory=list)
    _asked: int = 0
    _open: set[Request] = field(default_factory=set)

    @classmethod
    @contextlib.contextmanager
    def logged_in(
        cls, browser: Browser, url: str, name: str, password: str, language: str, folder: Path
    ) -> Iterator[Screen]:
        """A new window in which somebody has logged in."""
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        screen = cls(page, url, language, folder)
        page.on(
            "console",
            lambda said: screen.note(said.text) if said.type == "error" else None,
        )
        page.on("pageerror", lambda error: screen.note(f"page error: {error}"))
        page.on("dialog", lambda asked: asked.accept())
        page.on("request", screen._sent)
        page.on("requestfinished", lambda request: screen._open.discard(request))
        page.on("requestfailed", lambda request: screen._open.discard(request))
        page.goto(url + "/")
        page.fill("#field-userName", name)
        page.fill("#field-password", password)
        page.click("#btn-login")
        page.wait_for_selector("#navbar .navbar")
        yield screen
        context.close()

    def note(self, problem: str) -> None:
        if not _REFUSED.search(problem):
            self.problems.append(problem)

    def settle(self) -> None:
        """Wait until the page has asked for nothing and waits for nothing for a while.

        Playwright's `networkidle` is the same, but for half a second each time.
        """
        still = 0
        while still < _STILL:
            asked = self._asked
            self.page.wait_for_timeout(_LOOK_EVERY_MS)
            still = 0 if self._open or self._asked > asked else still + 1

    def _sent(self, request: Request) -> None:
        self._asked += 1
        self._open.add(request)

    def open(self, route: str, wait_for: str) -> None:
        """Load a page of EspoCRM, `#…`, anew and wait until it shows a selector."""
        self.page.goto("about:blank")
        # What the page before has asked for nobody waits for.
        self._open.clear()
        self.page.goto(f"{self.url}/{route}")
        self.page.wait_for_selector(wait_for)
        self.settle()

    def find_in_list(self, scope: str, record: str, words: str) -> str:
        """Search the list of an entity type for words; the selector of a record's row in it.

        Without it the record may stand on a later page.
        """
        row = f'#main .list tr[data-id="{record}"]'
        self.open(f"#{scope}/list", "#main .list tr, #main .no-data")
        # What is on the page before is drawn anew with what is found.
        self.page.evaluate(
            "document.querySelectorAll('#main .list tr').forEach(row => row.dataset.before = '')"
        )
        box = self.page.locator("#main input.text-filter")
        box.fill(words)
        box.press("Enter")
        self.page.wait_for_selector(f"{row}:not([data-before])")
        self.settle()
        return row

    def picture(self, name: str, *, whole: bool = True) -> None:
        """A screenshot, named with the language."""
        self.page.screenshot(path=self.screenshots / f"{name}-{self.language}.png", full_page=whole)

    def field(self, name: str, inside: str = "#main") -> Locator:
        return self.page.locator(f'{inside} .field[data-name="{name}"]')

    def type_in(self, name: str, text: str, inside: str = "#main") -> None:
        box = self.field(name, inside).locator("input.main-element, textarea.main-element")
        box.fill(text)
        box.dispatch_event("change")

    def choose(self, name: str, value: str, inside: str = "#main") -> None:
        """An option of an enum field."""
        chosen = self.field(name, inside)
        button = chosen.locator(f'input[type="radio"][value="{value}"]')
        if button.count():
            button.check()
            return
        chosen.locator(".selectize-input").click()
        chosen.locator(f'.selectize-dropdown-content [data-value="{value}"]').click()
        self.page.wait_for_timeout(100)
        if chosen.locator(".selectize-dropdown").is_visible():
            # Drawn late, it has opened again, above what is pressed next.
            chosen.locator(".selectize-input input").evaluate("typed => typed.blur()")

    def upload(self, name: str, path: Path, inside: str) -> None:
        chosen = self.field(name, inside)
        with self.page.expect_response(re.compile(r"/api/v1/Attachment$")):
            chosen.locator('input[type="file"]').set_input_files(path)
        chosen.get_by_text(path.name).wait_for()

    def save(self, inside: str = "#main") -> None:
        """Press Save and wait for what the server says to it."""
        with self.page.expect_response(_is_save):
            self.page.locator(f'{inside} button[data-name="save"]:visible').first.click()

    def notice(self, style: str) -> str:
        """The text of the notice on top of the page."""
        shown = self.page.locator(f"#nofitication.alert-{style}, #notification.alert-{style}")
        shown.wait_for()
        text: str = shown.inner_text()
        return text

    def text_of(self, selector: str) -> str:
        text: str = self.page.locator(selector).inner_text()
        return text

    def texts(self, selector: str) -> Sequence[str]:
        texts: Sequence[str] = self.page.locator(selector).all_inner_texts()
        return texts


# A window in which the administrator of a language has logged in.
LoggingIn = Callable[[str], AbstractContextManager[Screen]]
