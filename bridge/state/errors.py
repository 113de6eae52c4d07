"""What a caller gets in place of an answer. Each `code` is a key of the message catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.credentials.environment import Environment


class BridgeError(Exception):
    """The base of all errors of sessions and enrolment; `params` fill the text's placeholders."""

    def __init__(self, code: str, params: Mapping[str, str | int] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})


class NotFound(BridgeError):
    """What is asked for exists neither here nor at KSeF, nor as a record in EspoCRM."""


class AwayFromHome(BridgeError):
    """The bridge belongs to another EspoCRM, for which alone it acts at KSeF."""


class TryLater(BridgeError):
    """KSeF or a database is out of reach, or the work is still under way.

    `retry_after` is in seconds; `environment` is set where it is known whose KSeF it is about.
    """

    environment: Environment | None = None

    def __init__(
        self, code: str, params: Mapping[str, str | int] | None = None, retry_after: int = 5
    ) -> None:
        super().__init__(code, params)
        self.retry_after = retry_after


class LeaseLost(Exception):
    """Another holder took the work over; what this one obtained must be given back."""
