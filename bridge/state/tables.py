"""The tables of the state database. Times are milliseconds since 1970 in UTC.

A change here needs a step in `migrations/versions` that leaves the tables usable to the bridge of
the version before, which may serve beside this one.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, String, Table, Text, false
from sqlalchemy.dialects.mysql import MEDIUMTEXT

metadata = MetaData()

DOCUMENT = Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb")

# `state` is a SessionState as JSON; every token in it is sealed. `phase` is that of its session,
# `version` grows whenever it is stored.
session = Table(
    "ksef_bridge_session",
    metadata,
    Column("profile_id", String(64), primary_key=True),
    Column("state", DOCUMENT),
    Column("lease_holder", String(64)),
    Column("lease_until", BigInteger, nullable=False, default=0),
    Column("phase", String(16), index=True),
    Column("changed_at", BigInteger, nullable=False, default=0, server_default="0"),
    Column("version", BigInteger, nullable=False, default=0, server_default="0"),
)

abandoned_session = Table(
    "ksef_bridge_abandoned_session",
    metadata,
    Column("reference_number", String(64), primary_key=True),
    Column("profile_id", String(64), nullable=False, index=True),
    Column("environment", String(16), nullable=False),
    Column("since", BigInteger, nullable=False),
)

# `refusal` is the StoppedContext's refusal as JSON.
stopped_context = Table(
    "ksef_bridge_stopped_context",
    metadata,
    Column("environment", String(16), primary_key=True),
    Column("context_type", String(16), primary_key=True),
    Column("context_value", String(64), primary_key=True),
    Column("refusal", DOCUMENT, nullable=False),
    Column("since", BigInteger, nullable=False),
)

public_keys = Table(
    "ksef_bridge_public_keys",
    metadata,
    Column("environment", String(16), primary_key=True),
    Column("document", DOCUMENT, nullable=False),
)

# `state` is an Enrolment as JSON; the key and the password in it are sealed, the package is
# encrypted. `next_at` is when something is to be done for it, NULL when it is settled.
enrolment = Table(
    "ksef_bridge_enrolment",
    metadata,
    Column("certificate_id", String(64), primary_key=True),
    Column("profile_id", String(64), nullable=False),
    Column("state", DOCUMENT, nullable=False),
    Column("password_told", Boolean, nullable=False, default=False, server_default=false()),
    Column("next_at", BigInteger, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    # Beside the document, which a bridge of a version before this column writes anew.
    Column("signing_request_id", String(64)),
)

# `state` is a SigningRequest as JSON; the tokens of its session are in `session`. `next_at` is when
# something is to be done for it, NULL when it is over.
signing_request = Table(
    "ksef_bridge_signing_request",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("profile_id", String(64), nullable=False, index=True),
    Column("state", DOCUMENT, nullable=False),
    Column("next_at", BigInteger, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
)

# One row, or none; see `bridge.state.home`.
home = Table(
    "ksef_bridge_home",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("site_url", String(1024), nullable=False),
    Column("espocrm_database", String(1024), nullable=False),
)
