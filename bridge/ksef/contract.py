"""What KSeF's answers say, as types (OpenAPI 2.6.0, with `ownerPermissions` of 2.9.0).

Each `from_json` raises ContractBroken. Fields that KSeF may add are ignored, names that it may add
to an enumeration are kept as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bridge.credentials.secret import Secret
from bridge.ksef.json_object import JsonObject

_IN_PROGRESS = 100
_SUCCESS = 200


@dataclass(frozen=True, slots=True)
class Challenge:
    """`AuthenticationChallengeResponse`: lives ten minutes.

    `timestamp_ms` is the same moment in Unix milliseconds; `client_ip` is this host's address as
    KSeF sees it.
    """

    challenge: str
    timestamp: datetime
    timestamp_ms: int
    client_ip: str | None

    @classmethod
    def from_json(cls, body: JsonObject) -> Challenge:
        return cls(
            challenge=body.word("challenge"),
            timestamp=body.moment("timestamp"),
            timestamp_ms=body.integer("timestampMs"),
            client_ip=body.optional_text("clientIp"),
        )


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """`TokenInfo`: a JWT, which only KSeF can verify, and the end of its life.

    `given_at` is when it was given out, by KSeF's own clock, where KSeF has told the time.
    """

    token: Secret
    valid_until: datetime
    given_at: datetime | None = None

    @classmethod
    def from_json(cls, body: JsonObject) -> TokenInfo:
        return cls(token=body.bearer_token("token"), valid_until=body.moment("validUntil"))


@dataclass(frozen=True, slots=True)
class AuthenticationInit:
    """`AuthenticationInitResponse`: a login that was taken in, to be followed by its status."""

    reference_number: str
    authentication_token: TokenInfo

    @classmethod
    def from_json(cls, body: JsonObject) -> AuthenticationInit:
        return cls(
            reference_number=body.word("referenceNumber"),
            authentication_token=TokenInfo.from_json(body.object("authenticationToken")),
        )


@dataclass(frozen=True, slots=True)
class StatusInfo:
    """`StatusInfo`: KSeF's own code and words."""

    code: int
    description: str
    details: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, body: JsonObject) -> StatusInfo:
        return cls(
            code=body.integer("code"),
            description=body.optional_text("description") or "",
            details=body.texts("details"),
        )

    @property
    def is_in_progress(self) -> bool:
        return self.code == _IN_PROGRESS

    @property
    def is_success(self) -> bool:
        return self.code == _SUCCESS


@dataclass(frozen=True, slots=True)
class AuthenticationMethodInfo:
    """`AuthenticationMethodInfo`: the category is `XadesSignature`, `Token` or another."""

    category: str
    code: str
    display_name: str

    @classmethod
    def from_json(cls, body: JsonObject) -> AuthenticationMethodInfo:
        return cls(
            category=body.text("category"),
            code=body.optional_text("code") or "",
            display_name=body.optional_text("displayName") or "",
        )


@dataclass(frozen=True, slots=True)
class AuthenticationStatus:
    """`AuthenticationOperationStatusResponse`; `is_token_redeemed` is None where KSeF is silent."""

    status: StatusInfo
    start_date: datetime
    method_info: AuthenticationMethodInfo | None
    is_token_redeemed: bool | None
    last_token_refresh_date: datetime | None
    refresh_token_valid_until: datetime | None

    @classmethod
    def from_json(cls, body: JsonObject) -> AuthenticationStatus:
        return cls(
            status=StatusInfo.from_json(body.object("status")),
            start_date=body.moment("startDate"),
            method_info=body.optional_value(
                "authenticationMethodInfo", AuthenticationMethodInfo.from_json
            ),
            is_token_redeemed=body.optional_boolean("isTokenRedeemed"),
            last_token_refresh_date=body.optional_moment("lastTokenRefreshDate"),
            refresh_token_valid_until=body.optional_moment("refreshTokenValidUntil"),
        )

    @property
    def is_in_progress(self) -> bool:
        return self.status.is_in_progress

    @property
    def is_success(self) -> bool:
        return self.status.is_success


@dataclass(frozen=True, slots=True)
class AuthenticationTokens:
    """`AuthenticationTokensResponse`: handed out once."""

    access_token: TokenInfo
    refresh_token: TokenInfo

    @classmethod
    def from_json(cls, body: JsonObject) -> AuthenticationTokens:
        return cls(
            access_token=TokenInfo.from_json(body.object("accessToken")),
            refresh_token=TokenInfo.from_json(body.object("refreshToken")),
        )


@dataclass(frozen=True, slots=True)
class AuthenticationSession:
    """`AuthenticationListItem`: one live session; `is_current` marks the one that asks."""

    reference_number: str
    is_current: bool
    authentication: AuthenticationStatus

    @classmethod
    def from_json(cls, body: JsonObject) -> AuthenticationSession:
        return cls(
            reference_number=body.word("referenceNumber"),
            is_current=body.optional_boolean("isCurrent") or False,
            authentication=AuthenticationStatus.from_json(body),
        )


@dataclass(frozen=True, slots=True)
class PublicKeyCertificate:
    """`PublicKeyCertificate`: `certificate` is DER in base64, kept as it came.

    `public_key_id` and `certificate_id` are base64 of SHA-256 over the SubjectPublicKeyInfo and
    over the certificate (klucze-publiczne-do-szyfrowania.md, section 2).
    """

    certificate: str
    certificate_id: str
    public_key_id: str
    valid_from: datetime
    valid_to: datetime
    usage: tuple[str, ...]

    @classmethod
    def from_json(cls, body: JsonObject) -> PublicKeyCertificate:
        return cls(
            certificate=body.text("certificate"),
            certificate_id=body.word("certificateId"),
            public_key_id=body.word("publicKeyId"),
            valid_from=body.moment("validFrom"),
            valid_to=body.moment("validTo"),
            usage=body.texts("usage"),
        )


@dataclass(frozen=True, slots=True)
class Identifier:
    """A type, such as `Nip`, `Pesel`, `Fingerprint` or `InternalId`, with its value.

    `value` is None for the types that name a group (`AllPartners`).
    """

    type: str
    value: str | None

    @classmethod
    def from_json(cls, body: JsonObject) -> Identifier:
        return cls(type=body.text("type"), value=body.optional_text("value"))


@dataclass(frozen=True, slots=True)
class KsefTokenState:
    """`TokenStatusResponse`; `status` is Pending, Active, Revoking, Revoked or Failed."""

    status: str
    author_identifier: Identifier
    requested_permissions: tuple[str, ...]
    last_use_date: datetime | None

    @classmethod
    def from_json(cls, body: JsonObject) -> KsefTokenState:
        return cls(
            status=body.text("status"),
            author_identifier=Identifier.from_json(body.object("authorIdentifier")),
            requested_permissions=body.texts("requestedPermissions"),
            last_use_date=body.optional_moment("lastUseDate"),
        )


@dataclass(frozen=True, slots=True)
class PersonalPermission:
    """`PersonalPermission`: one right of the subject that is logged in; `state` may be Inactive."""

    scope: str
    state: str

    @classmethod
    def from_json(cls, body: JsonObject) -> PersonalPermission:
        return cls(scope=body.text("permissionScope"), state=body.text("permissionState"))


@dataclass(frozen=True, slots=True)
class PersonalGrants:
    """`QueryPersonalPermissionsResponse`, all its pages.

    `owner_permissions` are those that an owner has without a grant; before API 2.9.0 an owner's
    list was empty.
    """

    permissions: tuple[PersonalPermission, ...]
    owner_permissions: tuple[str, ...]

    @property
    def active_scopes(self) -> frozenset[str]:
        """Every right that can be used now, whether granted or held as an owner."""
        granted = {each.scope for each in self.permissions if each.state == "Active"}
        return frozenset(granted.union(self.owner_permissions))
