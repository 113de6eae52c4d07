"""A profile and its certificates, read in one query."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, FromClause, Select, and_, false, select
from sqlalchemy.engine import URL, RowMapping
from sqlalchemy.exc import SQLAlchemyError

from bridge import database
from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.espocrm.errors import EspoCrmUnreachable, ProfileIncomplete, ProfileNotFound
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
class Profile:
    """A row of `ksef_profile` with the certificates linked to it that are not deleted."""

    id: str
    status: str
    nip: str
    internal_id: str
    environment: Environment
    authorization_type: AuthorizationType
    token_sealed: str = field(repr=False)
    authorization_certificate: Certificate | None
    offline_certificate: Certificate | None

    @property
    def is_active(self) -> bool:
        return self.status == "Active"

    @property
    def context(self) -> ContextIdentifier:
        """The login context: the unit when the profile names one, else the company."""
        if self.internal_id:
            return ContextIdentifier(ContextType.INTERNAL_ID, self.internal_id)
        return ContextIdentifier(ContextType.NIP, self.nip)


class Profiles:
    """The profiles of one EspoCRM."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._query = _profile_query()

    def get(self, profile_id: str) -> Profile:
        """The profile as it is in this moment.

        Raises ProfileNotFound, ProfileIncomplete, EspoCrmUnreachable.
        """
        query = self._query.where(ksef_profile.c.id == profile_id)
        try:
            with self._engine.connect() as connection:
                row = connection.execute(query).mappings().one_or_none()
        except SQLAlchemyError:
            raise EspoCrmUnreachable from None
        # MySQL compares ids without regard to case and trailing blanks; they are other records.
        if row is None or row["id"] != profile_id:
            raise ProfileNotFound(profile_id)
        return _profile(row)

    def check(self) -> None:
        """Whether both tables can be read. Raises EspoCrmUnreachable."""
        try:
            with self._engine.connect() as connection:
                connection.execute(self._query.limit(1)).all()
        except SQLAlchemyError:
            raise EspoCrmUnreachable from None


def connect(url: URL) -> Engine:
    """A pool of connections to EspoCRM's database, in autocommit so that no read is stale."""
    return database.connect(url, isolation_level="AUTOCOMMIT")


_CERTIFICATE_COLUMNS = (
    "id",
    "status",
    "type",
    "kind",
    "fingerprint",
    "certificate_pem",
    "private_key_sealed",
)


def _profile_query() -> Select[Any]:
    authorization = ksef_certificate.alias("authorization_certificate")
    offline = ksef_certificate.alias("offline_certificate")
    profile = ksef_profile.c
    return (
        select(
            profile.id,
            profile.status,
            profile.nip,
            profile.internal_id,
            profile.environment,
            profile.authorization_type,
            profile.token_sealed,
            *_labelled(authorization, "authorization_certificate"),
            *_labelled(offline, "offline_certificate"),
        )
        .select_from(
            ksef_profile.outerjoin(
                authorization, _linked(authorization, profile.authorization_certificate_id)
            ).outerjoin(offline, _linked(offline, profile.offline_certificate_id))
        )
        .where(profile.deleted == false())
    )


def _linked(certificate: FromClause, link: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(certificate.c.id == link, certificate.c.deleted == false())


def _labelled(certificate: FromClause, alias: str) -> list[ColumnElement[Any]]:
    return [certificate.c[name].label(f"{alias}_{name}") for name in _CERTIFICATE_COLUMNS]


def _profile(row: RowMapping) -> Profile:
    try:
        environment = Environment(row["environment"])
        authorization_type = AuthorizationType(row["authorization_type"])
    except ValueError:
        raise ProfileIncomplete(row["id"]) from None
    return Profile(
        id=row["id"],
        status=row["status"] or "",
        nip=row["nip"] or "",
        internal_id=row["internal_id"] or "",
        environment=environment,
        authorization_type=authorization_type,
        token_sealed=row["token_sealed"] or "",
        authorization_certificate=_certificate(row, "authorization_certificate"),
        offline_certificate=_certificate(row, "offline_certificate"),
    )


def _certificate(row: RowMapping, alias: str) -> Certificate | None:
    values = {name: row[f"{alias}_{name}"] for name in _CERTIFICATE_COLUMNS}
    if values["id"] is None:
        return None
    return Certificate(
        id=values["id"],
        status=values["status"] or "",
        type=values["type"] or None,
        kind=values["kind"] or None,
        fingerprint=values["fingerprint"] or "",
        certificate_pem=values["certificate_pem"] or "",
        private_key_sealed=values["private_key_sealed"] or "",
    )
