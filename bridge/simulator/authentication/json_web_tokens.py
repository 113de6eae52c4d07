"""KSeF's tokens of a login: JSON Web Tokens (RFC 7519), HS256, with KSeF's short claim names."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bridge.simulator import clock
from bridge.simulator.errors import Unauthorized

ISSUER = "ksef-api-te"


class TokenType(StrEnum):
    """The `typ` claim: what the token is good for."""

    AUTHENTICATION = "AuthenticationToken"
    ACCESS = "ContextToken"
    REFRESH = "RefreshToken"


LIFETIMES = {
    TokenType.AUTHENTICATION: timedelta(minutes=45),
    TokenType.ACCESS: timedelta(minutes=15),
    TokenType.REFRESH: timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """KSeF's `TokenInfo`: the token and the end of its life."""

    token: str = field(repr=False)
    valid_until: datetime

    def as_json(self) -> dict[str, str]:
        """The members as KSeF writes them."""
        return {"token": self.token, "validUntil": clock.timestamp(self.valid_until)}


@dataclass(frozen=True, slots=True)
class Claims:
    """A token whose signature was verified; it may have expired."""

    type: TokenType
    reference_number: str
    expires_at: datetime
    permissions: frozenset[str]

    @property
    def expired(self) -> bool:
        """Whether the token's life is over."""
        return self.expires_at <= clock.now()


class JsonWebTokens:
    """Makes and reads tokens under a secret of this start."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def issue(
        self, token_type: TokenType, reference_number: str, claims: Mapping[str, Any]
    ) -> TokenInfo:
        """A token of that type; two made in the same second with equal claims are identical."""
        made_at = clock.now()
        seconds = int(made_at.timestamp())
        lifetime = LIFETIMES[token_type]
        payload = {
            "typ": token_type.value,
            "arn": reference_number,
            **claims,
            "iat": seconds,
            "exp": seconds + int(lifetime.total_seconds()),
            "iss": ISSUER,
            "aud": ISSUER,
        }
        signed = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(payload)}"
        return TokenInfo(f"{signed}.{_base64url(self._mac(signed))}", made_at + lifetime)

    def read(self, token: str) -> Claims:
        """The claims of a token that this simulator has made; raises `Unauthorized` otherwise."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(_base64url(self._mac(signed)).encode(), signature.encode()):
            raise Unauthorized("Token jest nieprawidłowy.")
        payload = _decode(signed.partition(".")[2])
        return Claims(
            type=TokenType(payload["typ"]),
            reference_number=payload["arn"],
            expires_at=datetime.fromtimestamp(payload["exp"], UTC),
            permissions=frozenset(payload.get("per", ())),
        )

    def _mac(self, signed: str) -> bytes:
        return hmac.digest(self._secret, signed.encode(), "sha256")


def _encode(members: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(members, separators=(",", ":")).encode())


def _decode(part: str) -> dict[str, Any]:
    try:
        padded = part + "=" * (-len(part) % 4)
        members: dict[str, Any] = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError):
        raise Unauthorized("Token jest nieprawidłowy.") from None
    return members


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
