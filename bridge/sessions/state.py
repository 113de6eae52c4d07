"""What the bridge knows of a profile's session between two calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bridge.credentials.context import ContextIdentifier
from bridge.credentials.environment import Environment


class Phase(StrEnum):
    """How far a login has come. A phase is stored before the step that cannot be repeated."""

    SUBMITTED = "Submitted"
    REDEEMING = "Redeeming"
    ESTABLISHED = "Established"


UNFINISHED = (Phase.SUBMITTED, Phase.REDEEMING)


@dataclass(frozen=True, slots=True)
class SealedToken:
    """One of KSeF's JWTs under seal; both moments are by KSeF's clock."""

    sealed: str = field(repr=False)
    valid_until: datetime
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KsefSession:
    """A login at KSeF from its submission on.

    `credential` identifies the credential that it was made with. Until it is established there is
    the authentication token, from then on the other two.
    """

    phase: Phase
    credential: str
    environment: Environment
    context: ContextIdentifier
    authentication_method: str
    reference_number: str
    authentication_token: SealedToken | None = None
    access_token: SealedToken | None = None
    refresh_token: SealedToken | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal that is remembered, so that a bad credential is not tried at every call."""

    code: str
    params: Mapping[str, str | int]
    ksef_code: int | None
    credential: str
    until: datetime


@dataclass(frozen=True, slots=True)
class StopRefusal:
    """The refusal by which KSeF stopped a whole context: no login there until all is settled."""

    code: str
    params: Mapping[str, str | int]
    ksef_code: int | None


@dataclass(frozen=True, slots=True)
class SessionState:
    """One profile's state. `generation` grows with every change of the access token."""

    profile_id: str
    generation: int = 0
    session: KsefSession | None = None
    refusal: Refusal | None = None


def proof_id(profile_id: str, certificate_id: str = "") -> str:
    """Under which id the login of a connection test is stored, apart from the profile's own.

    It names the certificate that is proved, or none for the profile's own credential.
    """
    return f"{profile_id}:{certificate_id}"


def is_proof_id(state_id: str) -> bool:
    """Whether `proof_id` made it; the ids of EspoCRM's records hold no colon."""
    return ":" in state_id


SIGNING_MARK = "::"


def signing_id(profile_id: str, signing_request_id: str) -> str:
    """Under which id the login by a document that was signed elsewhere is stored.

    It is among those of the profile's connection tests: who revokes all sessions of a profile, or
    what was abandoned there, reaches this one, too.
    """
    return f"{profile_id}{SIGNING_MARK}{signing_request_id}"


def is_signing_id(state_id: str) -> bool:
    """Whether `signing_id` made it."""
    return SIGNING_MARK in state_id


def profile_of(state_id: str) -> str:
    """The profile for which something is stored under the id."""
    return state_id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class AbandonedSession:
    """A session at KSeF whose tokens nobody holds: to be revoked by the profile's next session."""

    reference_number: str
    profile_id: str
    environment: Environment
    since: datetime
