"""Which bridge EspoCRM knows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

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
