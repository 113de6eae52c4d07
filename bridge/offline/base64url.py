"""Base64url without padding (RFC 4648 section 5), as all binary parts of a link are written."""

from __future__ import annotations

import base64


def encode(octets: bytes) -> str:
    """The octets in the only spelling that this alphabet has for them."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The octets of a text that `encode` gives. Raises ValueError for any other text."""
    octets = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode(octets) != text:
        raise ValueError("not the canonical spelling")
    return octets
