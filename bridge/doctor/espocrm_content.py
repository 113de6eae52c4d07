"""What the profiles and certificates say of themselves, without any secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, false, func, select
from sqlalchemy.engine import RowMapping

from bridge.credentials.environment import Environment
from bridge.doctor.seals import key_id_of
from bridge.espocrm.profiles import AuthorizationType
from bridge.espocrm.tables import ksef_certificate, ksef_profile

# A seal starts with its version and its key id; what follows need not leave the database.
_SEAL_START = 64
_ENVIRONMENTS = {environment.value: environment for environment in Environment}


@dataclass(frozen=True, slots=True)
class LinkedCertificate:
    """A certificate that a profile uses; `ends` is None when EspoCRM does not know it."""

    status: str
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class DescribedProfile:
    """A profile that is not deleted, with the certificates that it uses as it is set now."""

    name: str
    is_active: bool
    environment: Environment | None
    uses_token: bool
    certificates: tuple[LinkedCertificate, ...]


@dataclass(frozen=True, slots=True)
class EspoCrmContent:
    """`seal_key_ids` has one entry for each sealed secret: its key id, or None if it is no seal."""

    profiles: tuple[DescribedProfile, ...]
    seal_key_ids: tuple[str | None, ...]

    @property
    def active(self) -> tuple[DescribedProfile, ...]:
        return tuple(profile for profile in self.profiles if profile.is_active)


def read_content(connection: Connection) -> EspoCrmContent:
    """Read both tables once. Raises SQLAlchemyError."""
    certificates = (
        connection.execute(
            select(
                ksef_certificate.c.id,
                ksef_certificate.c.status,
                ksef_certificate.c.valid_to,
                _start(ksef_certificate.c.private_key_sealed),
            ).where(ksef_certificate.c.deleted == false())
        )
        .mappings()
        .all()
    )
    profiles = (
        connection.execute(
            select(
                ksef_profile.c.name,
                ksef_profile.c.status,
                ksef_profile.c.environment,
                ksef_profile.c.authorization_type,
                ksef_profile.c.authorization_certificate_id,
                ksef_profile.c.offline_certificate_id,
                _start(ksef_profile.c.token_sealed),
            ).where(ksef_profile.c.deleted == false())
        )
        .mappings()
        .all()
    )
    linked = {
        row["id"]: LinkedCertificate(row["status"] or "", _utc(row["valid_to"]))
        for row in certificates
    }
    return EspoCrmContent(
        tuple(_described(row, linked) for row in profiles),
        tuple(_key_ids([*certificates, *profiles])),
    )


def _start(sealed: Column[Any]) -> Any:
    return func.substr(sealed, 1, _SEAL_START).label("seal")


def _utc(moment: object) -> datetime | None:
    # MySQL's "0000-00-00" comes as text.
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else None


def _described(row: RowMapping, certificates: Mapping[str, LinkedCertificate]) -> DescribedProfile:
    uses_token = row["authorization_type"] == AuthorizationType.TOKEN
    links = [] if uses_token else [row["authorization_certificate_id"]]
    links.append(row["offline_certificate_id"])
    return DescribedProfile(
        name=row["name"] or "",
        is_active=row["status"] == "Active",
        environment=_ENVIRONMENTS.get(row["environment"]),
        uses_token=uses_token,
        certificates=tuple(certificates[link] for link in links if link in certificates),
    )


def _key_ids(rows: Iterable[RowMapping]) -> Iterable[str | None]:
    return (key_id_of(row["seal"]) for row in rows if row["seal"])
