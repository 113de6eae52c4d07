"""Login operations, which become sessions once their tokens are redeemed."""

from __future__ import annotations

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
    named nobody. `used` tells whether an access or refresh token was used after the redeem.
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
    used: bool = False

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

    def find(self, reference_number: str) -> Operation | None:
        """The login of that number, if there is one."""
        return self._by_reference.get(reference_number)

    def orphans(self) -> list[Operation]:
        """Sessions whose tokens were handed out and that, by all signs, nobody holds.

        KSeF cannot know who holds a token. Counted is a session that was redeemed, is not
        revoked, whose access and refresh tokens were never used, and after which the same subject
        has redeemed another login to the same context by the same method: had the first answer
        been received, the second login would have been needless.
        """
        redeemed = [(item.redeemed_at, item) for item in self if item.redeemed_at is not None]
        redeemed.sort(key=lambda pair: pair[0], reverse=True)
        logged_in_later: set[object] = set()
        orphans = []
        for _, operation in redeemed:
            login = (operation.context, operation.subject, operation.method)
            if login in logged_in_later and operation.revoked_at is None and not operation.used:
                orphans.append(operation)
            logged_in_later.add(login)
        return orphans
