"""Why EspoCRM's database did not answer."""

from __future__ import annotations


class EspoCrmError(Exception):
    """The base of this package's errors."""


class EspoCrmUnreachable(EspoCrmError):
    """The database is away, refuses the account, or lacks the two tables.

    The driver's text is left out: it may hold the account and the host.
    """


class ProfileNotFound(EspoCrmError):
    """No profile has this id, or it is deleted."""


class ProfileIncomplete(EspoCrmError):
    """The profile has no environment or no authorization type that the bridge knows."""


class CertificateNotFound(EspoCrmError):
    """No certificate has this id, or it is deleted."""
