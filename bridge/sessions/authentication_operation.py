"""An authentication operation at KSeF, from challenge to tokens; nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import repeat

from lxml import etree

from bridge.credentials.secret import Secret
from bridge.espocrm.profiles import Company
from bridge.ksef import authentication
from bridge.ksef.auth_token_request import SchemaVersion, SubjectIdentifierType
from bridge.ksef.client import KsefClient
from bridge.ksef.contract import (
    AuthenticationInit,
    AuthenticationStatus,
    AuthenticationTokens,
    Challenge,
)
from bridge.ksef.errors import (
    KsefAnswerUnreadable,
    KsefRefused,
    KsefUnavailable,
    KsefUnreachable,
)
from bridge.ksef.operations import AUTHENTICATION_STATUS, SUBMIT_KSEF_TOKEN, SUBMIT_XADES
from bridge.ksef.refusals import refusal_of
from bridge.sessions.credential import Credential, OpenedCertificate, OpenedToken
from bridge.sessions.ksef_access import KsefAccess

_TOKENS_NOT_AVAILABLE = 21301
_MAYBE_DONE = (KsefUnreachable, KsefUnavailable, KsefAnswerUnreadable)
_FREQUENT = 0.1
_OFTEN = 120


@dataclass(frozen=True, slots=True)
class LoginOptions:
    """What an administrator decided about logins."""

    schema_version: SchemaVersion
    bind_session_to_ip: bool


def document_to_sign(
    ksef: KsefAccess,
    options: LoginOptions,
    company: Company,
    subject_identifier_type: SubjectIdentifierType,
    version: SchemaVersion | None = None,
) -> str:
    """A login request of this moment for somebody else to sign, as XML. Raises KsefError."""
    client = ksef.client(company.environment)
    client.check(SUBMIT_XADES)
    challenge = client.challenge()
    request = authentication.request_to_sign(
        company.context,
        challenge,
        subject_identifier_type,
        version or options.schema_version,
        _allowed_ip(options, challenge),
    )
    written = etree.tostring(request.to_element(), encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}'


def submit(
    ksef: KsefAccess,
    options: LoginOptions,
    credential: Credential,
    opened: OpenedToken | OpenedCertificate,
) -> AuthenticationInit:
    """Answer a new challenge with the credential. Raises KsefError."""
    client = ksef.client(credential.environment)
    # A challenge that may not be answered now is not asked for.
    client.check(SUBMIT_KSEF_TOKEN if isinstance(opened, OpenedToken) else SUBMIT_XADES)
    challenge = client.challenge()
    allowed_ip = _allowed_ip(options, challenge)
    if isinstance(opened, OpenedToken):
        return authentication.submit_token(
            client,
            ksef.public_keys(credential.environment),
            opened.token,
            credential.context,
            challenge,
            allowed_ip,
        )
    return authentication.submit_certificate(
        client,
        opened.certificate,
        opened.private_key,
        credential.context,
        challenge,
        options.schema_version,
        allowed_ip,
    )


def _allowed_ip(options: LoginOptions, challenge: Challenge) -> str | None:
    """The address to bind a session to, if it is to be bound.

    Without an address the request is refused: an unbound session was not asked for.
    """
    return (challenge.client_ip or "-") if options.bind_session_to_ip else None


@dataclass(frozen=True, slots=True)
class AuthenticationOperation:
    """What was submitted; `token` is its authentication token.

    `pause` waits for seconds, and raises when there is no time left. Methods raise KsefError.
    """

    client: KsefClient
    reference_number: str
    token: Secret = field(repr=False)
    pause: Callable[[float], None]

    def status(self) -> AuthenticationStatus:
        """How it stands at KSeF. Raises AuthenticationFailed when it has failed."""
        return self.client.authentication_status(self.reference_number, self.token)

    def await_success(self, status: AuthenticationStatus) -> None:
        """Ask again and again, starting from `status`, until KSeF has done its part."""
        pauses = _pauses()
        while not status.is_success:
            # The more logins wait for an answer, the more rarely each of them asks.
            self.pause(max(next(pauses), self.client.queue(AUTHENTICATION_STATUS)))
            status = self.status()

    def redeem(self) -> AuthenticationTokens | None:
        """The session's tokens, or None when they were handed out and did not reach us."""
        for pause in _pauses():
            try:
                return self.client.redeem(self.token)
            except KsefRefused as error:
                # The same code says that the KSeF token was revoked, which no waiting mends.
                if _TOKENS_NOT_AVAILABLE not in error.codes or not refusal_of(error).retry:
                    raise
            except _MAYBE_DONE as error:
                if isinstance(error, KsefUnreachable) and not error.request_sent:
                    raise
            # KSeF alone knows whether the tokens are gone; "not ready yet" has the same code.
            if self.status().is_token_redeemed is not False:
                return None
            self.pause(pause)
        return None


def _pauses() -> Iterator[float]:
    """Seconds to wait before asking again: 0.1 for the first twelve seconds, then growing to 2."""
    yield from repeat(_FREQUENT, _OFTEN)
    pause = _FREQUENT
    while True:
        pause = min(pause * 1.5, 2.0)
        yield pause
