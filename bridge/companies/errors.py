"""Why nothing is known of a company, beside NotFound and TryLater."""

from __future__ import annotations

from bridge.state.errors import BridgeError


class NipUnusable(BridgeError):
    """No company can have this NIP, so that the list is not asked."""


class LookupSwitchedOff(BridgeError):
    """The bridge is told not to ask the list."""


class QuestionRefused(BridgeError):
    """The list does not take the question, whenever it is asked."""
