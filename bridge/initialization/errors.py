"""Why the steps cannot go on."""

from __future__ import annotations

from bridge.initialization.codes import InitCode


class CannotContinue(Exception):
    """What is in the way; the message of `code` says what to do about it."""

    def __init__(self, code: InitCode, **params: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.params = params
