"""Why nothing is enrolled. Each `code` is a key of the message catalogue."""

from __future__ import annotations

from bridge.state.errors import BridgeError


class NameUnusable(BridgeError):
    """KSeF would refuse the certificate's name."""


class EnrolmentConflict(BridgeError):
    """What is asked for does not go together with what is there."""
