"""Why there is no access token. Each `code` is a key of the message catalogue."""

from __future__ import annotations

from collections.abc import Mapping


class SessionError(Exception):
    """The base of this package's errors; `params` fill the text's placeholders."""

    def __init__(self, code: str, params: Mapping[str, str | int] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})


class ProfileUnusable(SessionError):
    """The profile, as it stands in EspoCRM, cannot log in until an administrator changes it."""


class SessionNotFound(SessionError):
    """KSeF knows no session of that reference number in the profile's context."""


class LoginRefused(SessionError):
    """KSeF refused; `ksef_code` is its own status or exception code."""

    def __init__(self, code: str, params: Mapping[str, str | int], ksef_code: int | None) -> None:
        super().__init__(code, params)
        self.ksef_code = ksef_code


class TryLater(SessionError):
    """KSeF or a database is out of reach, or the login is still under way.

    `retry_after` is in seconds.
    """

    def __init__(
        self, code: str, params: Mapping[str, str | int] | None = None, retry_after: int = 5
    ) -> None:
        super().__init__(code, params)
        self.retry_after = retry_after


class LeaseLost(Exception):
    """Another holder took over this profile's login; what this one obtained must be given back."""
