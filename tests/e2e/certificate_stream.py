"""What a certificate's stream says, by REST and on the screen."""

from __future__ import annotations

from typing import Any

from tests.e2e.browser import Screen
from tests.e2e.rest import RestUser

PANEL = '.panel[data-name="ksefStream"]'


def notes(user: RestUser, certificate: str) -> list[Any]:
    """The notes of our type, oldest first."""
    listed = user.done("GET", f"KsefCertificate/{certificate}/stream?maxSize=100")["list"]
    return [each for each in reversed(listed) if each["type"] == "KsefStep"]


def steps(user: RestUser, certificate: str) -> list[str]:
    """What happened, in the order in which it did."""
    return [each["data"]["step"] for each in notes(user, certificate)]


def stream_shown(screen: Screen, certificate: str) -> list[str]:
    """The texts of the panel on the certificate's page, newest first."""
    screen.open(f"#KsefCertificate/view/{certificate}", f"{PANEL} .list-row .message")
    return [text.strip() for text in screen.texts(f"{PANEL} .list-row .message")]
