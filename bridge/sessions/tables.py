"""The tables of the state database. Times are milliseconds since 1970 in UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text
from sqlalchemy.dialects.mysql import MEDIUMTEXT

metadata = MetaData()

_LONG_TEXT = Text().with_variant(MEDIUMTEXT(), "mysql")

session = Table(
    "ksef_bridge_session",
    metadata,
    Column("profile_id", String(64), primary_key=True),
    Column("generation", Integer, nullable=False, default=0),
    Column("phase", String(16), nullable=False),
    Column("credential", String(64)),
    Column("environment", String(16)),
    Column("context_type", String(16)),
    Column("context_value", String(64)),
    Column("authentication_method", String(16)),
    Column("reference_number", String(64)),
    Column("authentication_token_sealed", _LONG_TEXT),
    Column("authentication_token_valid_until", BigInteger),
    Column("access_token_sealed", _LONG_TEXT),
    Column("access_token_valid_until", BigInteger),
    Column("refresh_token_sealed", _LONG_TEXT),
    Column("refresh_token_valid_until", BigInteger),
    Column("refusal", _LONG_TEXT),
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
    Column("document", _LONG_TEXT, nullable=False),
)
