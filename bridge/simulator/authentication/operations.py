"""Login operations, which become sessions once their tokens are redeemed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from cryptography import x509

from bridge.credentials.context import ContextIdentifier
from bridge.simulator import clock
from bridge.simulator.authentication import statuses
from bridge.simulator.authentication.authorization_policy import AllowedIps
from bridge.simulator.authentication.methods import KSEF_TOKEN, AuthenticationMethod
from bridge.simulator.authentication.statuses import Status
from bridge.simulator.identity import SubjectIdentifier
from bridge.simulator.reference_numbers import new_reference_number

STATUS_KEPT = timedelta(days=7)
REFRESH_TOKEN_LIFETIME = timedelta(days=7)


@dataclass(slots=True, kw_only=True)
class Operation:
    """One login from its start on.

    `outcome` is what the status becomes at `settles_at`; `subject` is None when a refused token
    named nobody. `used_at` is when an access or refresh token was last used.
    """

    context: ContextIdentifier
    subject: SubjectIdentifier | None
    authentication_method: AuthenticationMethod
    outcome: Status
    allowed_ips: AllowedIps | None = None
    subject_name: x509.Name | None = None
    token_reference: str | None = None
    reference_number: str = field(default_factory=lambda: new_reference_number("AU"))
    started_at: datetime = field(default_factory=clock.now)
    settles_at: datetime = field(default_factory=clock.now)
    redeemed_at: datetime | None = None
    refreshed_at: datetime | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    @property
    def method(self) -> Literal["token", "xades"]:
        """By KSeF token or by signature."""
        return "token" if self.authentication_method is KSEF_TOKEN else "xades"

    @property
    def status(self) -> Status:
        """The status at this moment."""
        if self.revoked_at is not None:
            return statuses.REVOKED
        return self.outcome if self.settles_at <= clock.now() else statuses.IN_PROGRESS

    @property
    def is_live_session(self) -> bool:
        """Whether the login succeeded and its refresh token may still be used."""
        return (
            self.status is statuses.SUCCESS
            and (self.redeemed_at or self.started_at) + REFRESH_TOKEN_LIFETIME > clock.now()
        )

    def as_json(self) -> dict[str, Any]:
        """KSeF's `AuthenticationOperationStatusResponse`."""
        body: dict[str, Any] = {
            "startDate": clock.timestamp(self.started_at),
            **self.authentication_method.as_json(),
            "status": self.status.as_json(),
            "isTokenRedeemed": self.redeemed_at is not None,
        }
        if self.refreshed_at is not None:
            body["lastTokenRefreshDate"] = clock.timestamp(self.refreshed_at)
        if self.redeemed_at is not None:
            body["refreshTokenValidUntil"] = clock.timestamp(
                self.redeemed_at + REFRESH_TOKEN_LIFETIME
            )
        return body


class Operations:
    """All logins since the start, in the order in which they began.

    `processing_time` is how long a login shows status 100 before its outcome.
    """

    def __init__(self) -> None:
        self._by_reference: dict[str, Operation] = {}
        self.processing_time = timedelta(0)

    def __iter__(self) -> Iterator[Operation]:
        return iter(list(self._by_reference.values()))

    def start(self, operation: Operation) -> None:
        """Take in a new login."""
        operation.settles_at = operation.started_at + self.processing_time
        self._by_reference[operation.reference_number] = operation

    def set_processing_time(self, duration: timedelta) -> None:
        """Change the `processing_time`; logins in progress are not kept longer than by it."""
        self.processing_time = duration
        latest = clock.now() + duration
        for operation in self:
            operation.settles_at = min(operation.settles_at, latest)

    def find(self, reference_number: str) -> Operation | None:
        """The login of that number, if there is one."""
        return self._by_reference.get(reference_number)

    def orphans(self) -> list[Operation]:
        """Sessions whose tokens were handed out and that, by all signs, nobody holds.

        KSeF cannot know who holds a token. Looked at are the live sessions of one subject in one
        context by one method: redeemed, not revoked, within the life of the refresh token. Held is
        each of them that was used since the last of them began; when none was, the last itself.
        The others are orphans: whoever held one of them would not have had to log in again.

        Sessions are ordered by the start of their logins. The moment of the redeem is no measure:
        one whose caller was killed may be processed long after the next login is over. That a
        session was used before the last login says nothing either: it may have been lost in a
        refresh. And a session that was revoked, such as that of a connection test, is no reason
        to think that an earlier one was lost.

        The number counts on one client per subject, context and method, and passes through 1
        between a login and the revocation of what it replaces.
        """
        live: defaultdict[object, list[Operation]] = defaultdict(list)
        for operation in self:
            if operation.redeemed_at is not None and operation.is_live_session:
                login = (operation.context, operation.subject, operation.method)
                live[login].append(operation)
        return [orphan for sessions in live.values() for orphan in _not_held(sessions)]


def _not_held(sessions: list[Operation]) -> list[Operation]:
    last = max(sessions, key=lambda item: item.started_at)
    used = [item for item in sessions if item.used_at and item.used_at >= last.started_at]
    held = {item.reference_number for item in used or [last]}
    return [item for item in sessions if item.reference_number not in held]
