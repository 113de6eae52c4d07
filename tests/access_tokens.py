"""Access tokens as a bridge hands them out, each looked at when a test takes it."""

from __future__ import annotations

import base64
import json

from tests.secret_register import register_secret


def take_access_token(token: str, session_reference: str) -> None:
    """Register the token as a secret; it must be of the session that it was given out for.

    Only tests look into a token: to the bridge it is opaque, for KSeF lets nobody else verify it.
    """
    # What pytest prints of a failure stops at the caller, whose arguments hold no token.
    __tracebackhide__ = True
    named = session_of(register_secret(token))
    assert named == session_reference, f"a token of {named} was given for {session_reference}"


def session_of(token: str) -> str:
    """The session that a token itself names: its `arn`, the authentication's reference number."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["arn"])
