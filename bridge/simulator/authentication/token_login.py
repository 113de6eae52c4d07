"""Judges a login by KSeF token: the sealed text, the token it holds, and the author's rights."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.credentials.context import ContextIdentifier
from bridge.simulator import clock
from bridge.simulator.authentication import statuses
from bridge.simulator.authentication.challenges import Challenge
from bridge.simulator.authentication.login_rights import status_of_rights
from bridge.simulator.authentication.statuses import Status
from bridge.simulator.permissions.rights import Rights
from bridge.simulator.tokens.ksef_tokens import KsefToken, KsefTokens, KsefTokenStatus, reference_in


@dataclass(frozen=True, slots=True)
class TokenVerdict:
    """The status with which the login ends, and the token if it was recognised."""

    outcome: Status
    token: KsefToken | None = None


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """A login by token as it arrived: `plaintext` is None when no key opened it."""

    challenge: Challenge
    context: ContextIdentifier
    plaintext: bytes | None


def judge(login: TokenLogin, tokens: KsefTokens, rights: Rights) -> TokenVerdict:
    """Check in KSeF's order of details: encryption, encoding, time, token, its state, context."""
    if login.plaintext is None:
        return TokenVerdict(statuses.TOKEN_ENCRYPTION)
    text, separator, milliseconds = _decoded(login.plaintext).rpartition("|")
    if not separator or reference_in(text) is None:
        return TokenVerdict(statuses.TOKEN_ENCODING)
    if milliseconds != str(clock.milliseconds(login.challenge.made_at)):
        return TokenVerdict(statuses.TOKEN_TIME)
    token = tokens.recognise(text)
    if token is None:
        return TokenVerdict(statuses.TOKEN_UNKNOWN)
    return TokenVerdict(_outcome(token, login.context, rights), token)


def _outcome(token: KsefToken, context: ContextIdentifier, rights: Rights) -> Status:
    if token.status in {KsefTokenStatus.REVOKING, KsefTokenStatus.REVOKED}:
        return statuses.TOKEN_REVOKED
    if token.status is not KsefTokenStatus.ACTIVE:
        return statuses.TOKEN_INACTIVE
    if token.context != context:
        return statuses.token_of_another_context(context)
    return status_of_rights(token.author, context, rights)


def _decoded(plaintext: bytes) -> str:
    """The text, empty when it is not UTF-8."""
    try:
        return plaintext.decode()
    except UnicodeDecodeError:
        return ""
