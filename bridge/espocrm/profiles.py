"""A profile and the certificate that it logs in or signs offline with, read in one query."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, and_, bindparam, false, select
from sqlalchemy.exc import SQLAlchemyError

from bridge import database
from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.espocrm.errors import (
    CertificateNotFound,
    EspoCrmUnreachable,
    ProfileIncomplete,
    ProfileNotFound,
)
from bridge.espocrm.tables import ksef_certificate, ksef_profile


class AuthorizationType(StrEnum):
    """How a profile logs in."""

    TOKEN = "Token"  # noqa: S105
    CERTIFICATE = "Certificate"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A row of `ksef_certificate`; the key is sealed."""

    id: str
    status: str
    type: str | None
    kind: str | None
    fingerprint: str
    certificate_pem: str = field(repr=False)
    private_key_sealed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Company:
    """What a row of `ksef_profile` says of the company, whatever it wants of KSeF."""

    id: str
    status: str
    nip: str
    internal_id: str
    environment: Environment

    @property
    def is_active(self) -> bool:
        return self.status == "Active"

    @property
    def context(self) -> ContextIdentifier:
        """The login context: the unit when the profile names one, else the company."""
        if self.internal_id:
            return ContextIdentifier(ContextType.INTERNAL_ID, self.internal_id)
        return ContextIdentifier(ContextType.NIP, self.nip)


@dataclass(frozen=True, slots=True)
class Profile(Company):
    """A company as it logs in; its authorization certificate is None when that is deleted."""

    authorization_type: AuthorizationType
    token_sealed: str = field(repr=False)
    authorization_certificate: Certificate | None


@dataclass(frozen=True, slots=True)
class OfflineProfile(Company):
    """A company as it issues invoices offline; its certificate is None when that is deleted."""

    offline_certificate: Certificate | None


class Profiles:
    """The profiles of one EspoCRM."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, profile_id: str) -> Profile:
        """The profile as it is in this moment.

        Raises ProfileNotFound, ProfileIncomplete, EspoCrmUnreachable.
        """
        return _profile(_found(profile_id, self._profile_row(profile_id)))

    def get_offline(self, profile_id: str) -> OfflineProfile:
        """The profile with the certificate for invoices issued offline, as of this moment.

        Raises ProfileNotFound, ProfileIncomplete, EspoCrmUnreachable.
        """
        return _offline_profile(_found(profile_id, self._first(_OFFLINE_PROFILE, profile_id)))

    def certificate(self, certificate_id: str) -> Certificate:
        """The certificate as it is in this moment, whether a profile uses it or not.

        Raises CertificateNotFound, EspoCrmUnreachable.
        """
        row = self._first(_CERTIFICATE, certificate_id)
        if row is None or row.certificate_id != certificate_id:
            raise CertificateNotFound(certificate_id)
        return _certificate(row)

    def environment(self, profile_id: str) -> Environment:
        """Where the profile belongs, be it inactive or deleted.

        Raises ProfileNotFound, ProfileIncomplete, EspoCrmUnreachable.
        """
        return _environment(_found(profile_id, self._first(_ENVIRONMENT, profile_id)))

    def check(self) -> None:
        """Whether both tables can be read. Raises EspoCrmUnreachable."""
        self._profile_row("")

    def _profile_row(self, profile_id: str) -> _ProfileRow | None:
        try:
            row = database.first_row(self._engine, _PROFILE, [profile_id])
        except SQLAlchemyError:
            raise EspoCrmUnreachable from None
        return None if row is None else _ProfileRow(*row)

    def _first(self, query: Select[Any], id_: str) -> Any:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query, {"id": id_}).first()
        except SQLAlchemyError:
            raise EspoCrmUnreachable from None


class _ProfileRow(NamedTuple):
    """What `_PROFILE` selects, in its order."""

    id: str
    status: str | None
    nip: str | None
    internal_id: str | None
    environment: str | None
    authorization_type: str | None
    token_sealed: str | None
    certificate_id: str | None
    certificate_status: str | None
    certificate_type: str | None
    certificate_kind: str | None
    certificate_fingerprint: str | None
    certificate_certificate_pem: str | None
    certificate_private_key_sealed: str | None


# For `database.first_row`, with the profile's id.
_PROFILE = """
    SELECT profile.id, profile.status, profile.nip, profile.internal_id, profile.environment,
        profile.authorization_type, profile.token_sealed,
        certificate.id, certificate.status, certificate.type, certificate.kind,
        certificate.fingerprint, certificate.certificate_pem, certificate.private_key_sealed
    FROM ksef_profile AS profile
    LEFT JOIN ksef_certificate AS certificate
        ON certificate.id = profile.authorization_certificate_id AND certificate.deleted = 0
    WHERE profile.id = ? AND profile.deleted = 0
"""


_CERTIFICATE_COLUMNS = tuple(
    column.label(f"certificate_{column.name}")
    for column in (
        ksef_certificate.c.id,
        ksef_certificate.c.status,
        ksef_certificate.c.type,
        ksef_certificate.c.kind,
        ksef_certificate.c.fingerprint,
        ksef_certificate.c.certificate_pem,
        ksef_certificate.c.private_key_sealed,
    )
)


_OFFLINE_PROFILE = (
    select(
        ksef_profile.c.id,
        ksef_profile.c.status,
        ksef_profile.c.nip,
        ksef_profile.c.internal_id,
        ksef_profile.c.environment,
        *_CERTIFICATE_COLUMNS,
    )
    .select_from(
        ksef_profile.outerjoin(
            ksef_certificate,
            and_(
                ksef_certificate.c.id == ksef_profile.c.offline_certificate_id,
                ksef_certificate.c.deleted == false(),
            ),
        )
    )
    .where(ksef_profile.c.id == bindparam("id"), ksef_profile.c.deleted == false())
)
_ENVIRONMENT = select(ksef_profile.c.id, ksef_profile.c.environment).where(
    ksef_profile.c.id == bindparam("id")
)
_CERTIFICATE = select(*_CERTIFICATE_COLUMNS).where(
    ksef_certificate.c.id == bindparam("id"), ksef_certificate.c.deleted == false()
)


def _found(profile_id: str, row: Any) -> Any:
    # MySQL compares ids without regard to case and trailing blanks; they are other records.
    if row is None or row.id != profile_id:
        raise ProfileNotFound(profile_id)
    return row


def _environment(row: Any) -> Environment:
    try:
        return Environment(row.environment or "")
    except ValueError:
        raise ProfileIncomplete(row.id) from None


def _profile(row: _ProfileRow) -> Profile:
    try:
        authorization_type = AuthorizationType(row.authorization_type or "")
    except ValueError:
        raise ProfileIncomplete(row.id) from None
    return Profile(
        id=row.id,
        status=row.status or "",
        nip=row.nip or "",
        internal_id=row.internal_id or "",
        environment=_environment(row),
        authorization_type=authorization_type,
        token_sealed=row.token_sealed or "",
        authorization_certificate=None if row.certificate_id is None else _certificate(row),
    )


def _offline_profile(row: Any) -> OfflineProfile:
    return OfflineProfile(
        id=row.id,
        status=row.status or "",
        nip=row.nip or "",
        internal_id=row.internal_id or "",
        environment=_environment(row),
        offline_certificate=None if row.certificate_id is None else _certificate(row),
    )


def _certificate(row: Any) -> Certificate:
    return Certificate(
        id=row.certificate_id,
        status=row.certificate_status or "",
        type=row.certificate_type or None,
        kind=row.certificate_kind or None,
        fingerprint=row.certificate_fingerprint or "",
        certificate_pem=row.certificate_certificate_pem or "",
        private_key_sealed=row.certificate_private_key_sealed or "",
    )
