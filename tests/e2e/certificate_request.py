"""An administrator requests a certificate in the browser, and hears of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.browser import Screen
from tests.e2e.certificate_package import UnpackedPackage
from tests.e2e.records import LINK_FIELDS, Records
from tests.e2e.rest import RestUser

MODAL = ".modal.in"
REQUESTED = ".ksef-requested"
NOTIFICATIONS = "#notifications-panel"
CHECK_NOW = '[data-name="ksefCheckNow"]:visible'
LINK = '[data-name="ksefLinkToProfile"]:visible'
JOB = "KsefCollectCertificates"


@dataclass(frozen=True)
class Wanted:
    """What is requested."""

    type: str
    key_algorithm: str
    name: str

    @property
    def body(self) -> dict[str, str]:
        """As the form sends it."""
        return {"type": self.type, "keyAlgorithm": self.key_algorithm, "name": self.name}


@dataclass
class CertificateRequest:
    """One request, and what came of it so far."""

    screen: Screen
    records: Records
    profile: str
    profile_name: str
    nip: str
    wanted: Wanted
    folder: Path
    password: str = field(default="", repr=False)
    certificate: str = ""
    package: Path | None = None

    @property
    def link_field(self) -> str:
        return LINK_FIELDS[self.wanted.type]

    @property
    def record(self) -> Any:
        """The certificate as its reader sees it now."""
        return self.records.user.done("GET", f"KsefCertificate/{self.certificate}")

    def unpacked(self) -> UnpackedPackage:
        assert self.package is not None
        return UnpackedPackage.from_zip(self.package, self.folder / "unpacked")

    def open_form(self) -> None:
        press_request(self.screen, self.profile)
        self.screen.page.wait_for_selector(f'{MODAL} .field[data-name="name"] input')

    def fill_form(self, name: str | None = None) -> None:
        self.screen.choose("type", self.wanted.type, MODAL)
        self.screen.choose("keyAlgorithm", self.wanted.key_algorithm, MODAL)
        # A click takes away what was said of the last name.
        self.screen.field("name", MODAL).locator("input").click()
        self.screen.type_in("name", self.wanted.name if name is None else name, MODAL)

    def send_form(self) -> None:
        self.screen.page.click(f'{MODAL} button[data-name="request"]')

    def status(self) -> str:
        """What the label on the page says."""
        text: str = self.screen.field("status").inner_text()
        return text.strip()


def press_request(screen: Screen, profile: str) -> None:
    """Request Certificate in the profile's menu."""
    screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
    screen.page.click("#main .dropdown-item-list-button")
    screen.page.click('#main [data-action="ksefRequestCertificate"]')


def check_now(screen: Screen) -> None:
    """The button on the page of the certificate."""
    with screen.page.expect_response(re.compile(r"/collect$")):
        screen.page.click(CHECK_NOW)
    screen.settle()


def open_notifications(screen: Screen) -> None:
    """What the bell shows."""
    screen.open("#Home", ".notifications-button")
    screen.page.click(".notifications-button")
    screen.page.wait_for_selector(f"{NOTIFICATIONS} .list-row")


def notifications(user: RestUser) -> list[str]:
    """The newest messages, as Markdown."""
    listed = user.done("GET", "Notification?maxSize=50&orderBy=number&order=desc")
    return [each["message"] or "" for each in listed["list"] if each["type"] == "Message"]
