"""Sessions, what was abandoned, KSeF's public keys."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, String, inspect

from bridge.sessions.tables import DOCUMENT

revision = "0001"
down_revision = None


def upgrade() -> None:
    if inspect(op.get_bind()).has_table("ksef_bridge_session"):
        # Made by a bridge older than this list of steps.
        return
    op.create_table(
        "ksef_bridge_session",
        Column("profile_id", String(64), primary_key=True),
        Column("state", DOCUMENT),
        Column("lease_holder", String(64)),
        Column("lease_until", BigInteger, nullable=False),
    )
    op.create_table(
        "ksef_bridge_abandoned_session",
        Column("reference_number", String(64), primary_key=True),
        Column("profile_id", String(64), nullable=False, index=True),
        Column("environment", String(16), nullable=False),
        Column("since", BigInteger, nullable=False),
    )
    op.create_table(
        "ksef_bridge_public_keys",
        Column("environment", String(16), primary_key=True),
        Column("document", DOCUMENT, nullable=False),
    )
