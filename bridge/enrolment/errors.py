"""Why nothing is enrolled. Each `code` is a key of the message catalogue."""

from __future__ import annotations

from bridge.sessions.errors import SessionError


class EnrolmentError(SessionError):
    """The base of this package's errors; `params` fill the text's placeholders."""


class NameUnusable(EnrolmentError):
    """KSeF would refuse the certificate's name."""


class EnrolmentNotFound(EnrolmentError):
    """There is no such record in EspoCRM, or nothing is requested for it."""


class EnrolmentConflict(EnrolmentError):
    """What is asked for does not go together with what is there."""
