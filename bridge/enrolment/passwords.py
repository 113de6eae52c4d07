"""The password of a package: made here, shown once."""

from __future__ import annotations

import secrets

from bridge.credentials.secret import Secret

# Without what is taken for something else on paper: 0 O o, 1 I l.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 24


def new_password() -> Secret:
    """24 characters of 56 at random: 139 bits."""
    return Secret("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))
