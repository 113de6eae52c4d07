"""Which bridge EspoCRM knows."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.e2e.rest import RestUser
from tests.installation import Installation


def bridge_url(installation: Installation) -> str:
    assert installation.bridge is not None
    return f"http://127.0.0.1:{installation.bridge.port}"


def enter_bridge(user: RestUser, url: str, api_key: str) -> None:
    """What the page KSeF Bridge saves."""
    user.done("PUT", "Settings", {"ksefBridgeUrl": url, "ksefBridgeApiKey": api_key})


@contextlib.contextmanager
def other_bridge(
    user: RestUser, installation: Installation, url: str, api_key: str
) -> Iterator[None]:
    """EspoCRM knows another bridge until the block ends."""
    enter_bridge(user, url, api_key)
    try:
        yield
    finally:
        enter_bridge(user, bridge_url(installation), installation.api_key)


@contextlib.contextmanager
def tokens_until(
    bridge: Installation, root: RestUser, last_day: date, folder: Path
) -> Iterator[None]:
    """EspoCRM knows a bridge that is told of another end of tokens."""
    another = dataclasses.replace(bridge, folder=folder, bridge=None)
    more = {
        "KSEF_BRIDGE_TOKENS_VALID_UNTIL": str(last_day),
        "KSEF_BRIDGE_RUNTIME_FOLDER": str(folder / "run"),
    }
    with (
        another.running(**more),
        other_bridge(root, bridge, bridge_url(another), another.api_key),
    ):
        yield
