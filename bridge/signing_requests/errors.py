"""Why a signing request does not do what is asked. Each `code` is a key of the catalogue."""

from __future__ import annotations

from bridge.state.errors import BridgeError


class SigningConflict(BridgeError):
    """What is asked for does not go together with how the request stands."""


class SigningSessionOver(SigningConflict):
    """The session is over, and another signature takes another request."""
