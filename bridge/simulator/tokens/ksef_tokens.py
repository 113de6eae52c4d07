"""KSeF tokens: the long-lived secrets that a company generates once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.simulator import clock
from bridge.simulator.identity import SubjectIdentifier
from bridge.simulator.reference_numbers import new_reference_number

TRANSITION_TIME = timedelta(milliseconds=100)

_CONTEXT_PREFIX = {ContextType.NIP: "nip", ContextType.INTERNAL_ID: "internalId"}
_TOKEN = re.compile(
    r"(?P<reference>\d{8}-EC-[0-9A-F]{10}-[0-9A-F]{10}-[0-9A-F]{2})"
    r"\|(nip-\d{10}|internalId-\d{10}-\d{5})\|[0-9a-f]{64}",
    re.ASCII,
)


class KsefTokenStatus(StrEnum):
    """KSeF's `AuthenticationTokenStatus`, as far as the simulator gets."""

    PENDING = "Pending"
    ACTIVE = "Active"
    REVOKING = "Revoking"
    REVOKED = "Revoked"


@dataclass(slots=True, kw_only=True)
class KsefToken:
    """A token without its text, of which only the SHA-256 is kept."""

    reference_number: str
    digest: bytes = field(repr=False)
    context: ContextIdentifier
    author: SubjectIdentifier
    permissions: tuple[str, ...]
    description: str
    created_at: datetime
    active_from: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def status(self) -> KsefTokenStatus:
        """The status at this moment: each change takes `TRANSITION_TIME`."""
        now = clock.now()
        if self.revoked_at is not None:
            over = self.revoked_at + TRANSITION_TIME <= now
            return KsefTokenStatus.REVOKED if over else KsefTokenStatus.REVOKING
        return KsefTokenStatus.ACTIVE if self.active_from <= now else KsefTokenStatus.PENDING

    def as_json(self) -> dict[str, Any]:
        """KSeF's `TokenStatusResponse`."""
        body: dict[str, Any] = {
            "referenceNumber": self.reference_number,
            "authorIdentifier": {"type": self.author.type, "value": self.author.value},
            "contextIdentifier": {"type": self.context.type.value, "value": self.context.value},
            "description": self.description,
            "requestedPermissions": list(self.permissions),
            "dateCreated": clock.timestamp(self.created_at),
            "status": self.status.value,
        }
        if self.last_used_at is not None:
            body["lastUseDate"] = clock.timestamp(self.last_used_at)
        return body


def reference_in(text: str) -> str | None:
    """The reference number in a token's text, None when the text has not the form of a token."""
    found = _TOKEN.fullmatch(text)
    return found["reference"] if found else None


class KsefTokens:
    """All KSeF tokens generated since the start."""

    def __init__(self) -> None:
        self._by_reference: dict[str, KsefToken] = {}

    def __iter__(self) -> Iterator[KsefToken]:
        return iter(list(self._by_reference.values()))

    def generate(
        self,
        context: ContextIdentifier,
        author: SubjectIdentifier,
        permissions: tuple[str, ...],
        description: str,
        *,
        active_at_once: bool = False,
    ) -> tuple[KsefToken, str]:
        """A new token for a NIP or internal identifier, and its text, which is not kept."""
        reference_number = new_reference_number("EC")
        prefix = _CONTEXT_PREFIX[context.type]
        text = f"{reference_number}|{prefix}-{context.value}|{secrets.token_hex(32)}"
        now = clock.now()
        token = KsefToken(
            reference_number=reference_number,
            digest=_digest(text),
            context=context,
            author=author,
            permissions=permissions,
            description=description,
            created_at=now,
            active_from=now if active_at_once else now + TRANSITION_TIME,
        )
        self._by_reference[reference_number] = token
        return token, text

    def find(self, reference_number: str) -> KsefToken | None:
        """The token of that number, if there is one."""
        return self._by_reference.get(reference_number)

    def recognise(self, text: str) -> KsefToken | None:
        """The token with exactly that text, if there is one."""
        token = self._by_reference.get(reference_in(text) or "")
        return token if token and hmac.compare_digest(token.digest, _digest(text)) else None


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
