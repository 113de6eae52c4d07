"""What an administrator does on the way to something, counted as it is done in the browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.browser import Screen


@dataclass
class CountedSteps:
    """Clicks, fields filled in, and file dialogs.

    The choice of an option is one click where all stand there, else two.
    """

    screen: Screen
    clicks: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    file_dialogs: int = 0

    def click(self, selector: str, name: str) -> None:
        self.screen.page.locator(selector).locator("visible=true").first.click()
        self.clicks.append(name)

    def type_in(self, name: str, text: str) -> None:
        self.screen.type_in(name, text)
        self.fields.append(name)

    def choose(self, name: str, value: str, inside: str = "#main") -> None:
        buttons = self.screen.field(name, inside).locator('input[type="radio"]')
        self.clicks += [] if buttons.count() else [f"{name}: open"]
        self.clicks.append(f"{name}: {value}")
        self.screen.choose(name, value, inside)
        self.fields.append(name)

    def choose_files(self, selector: str, name: str, *paths: Path) -> None:
        """In one file dialog."""
        with self.screen.page.expect_file_chooser() as chooser:
            self.click(selector, name)
        chooser.value.set_files(list(paths))
        self.fields.append("files")
        self.file_dialogs += 1

    def fill(self, selector: str, text: str, name: str) -> None:
        self.screen.page.locator(selector).fill(text)
        self.fields.append(name)

    def __str__(self) -> str:
        return (
            f"{len(self.clicks)} clicks ({', '.join(self.clicks)}); "
            f"{len(self.fields)} fields ({', '.join(self.fields)}); "
            f"{self.file_dialogs} file dialogs"
        )
