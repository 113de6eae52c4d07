"""The tables of the state database. Times are milliseconds since 1970 in UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text
from sqlalchemy.dialects.mysql import MEDIUMTEXT

metadata = MetaData()

_DOCUMENT = Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb")

# `state` is a SessionState as JSON; every token in it is sealed.
session = Table(
    "ksef_bridge_session",
    metadata,
    Column("profile_id", String(64), primary_key=True),
    Column("state", _DOCUMENT),
    Column("lease_holder", String(64)),
    Column("lease_until", BigInteger, nullable=False, default=0),
)

abandoned_session = Table(
    "ksef_bridge_abandoned_session",
    metadata,
    Column("reference_number", String(64), primary_key=True),
    Column("profile_id", String(64), nullable=False, index=True),
    Column("environment", String(16), nullable=False),
    Column("since", BigInteger, nullable=False),
)

public_keys = Table(
    "ksef_bridge_public_keys",
    metadata,
    Column("environment", String(16), primary_key=True),
    Column("document", _DOCUMENT, nullable=False),
)
