"""Why there is no access token. Each `code` is a key of the message catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.state.errors import BridgeError


class ProfileUnusable(BridgeError):
    """The profile, as it stands in EspoCRM, cannot log in until an administrator changes it."""


class LoginRefused(BridgeError):
    """KSeF refused; `ksef_code` is its own status or exception code."""

    def __init__(self, code: str, params: Mapping[str, str | int], ksef_code: int | None) -> None:
        super().__init__(code, params)
        self.ksef_code = ksef_code
