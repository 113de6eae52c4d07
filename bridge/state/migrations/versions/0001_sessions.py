"""Sessions, what was abandoned, KSeF's public keys."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, String

from bridge.state.migrations.present import has_index, has_table
from bridge.state.tables import DOCUMENT

revision = "0001"
down_revision = None


def upgrade() -> None:
    if not has_table("ksef_bridge_session"):
        op.create_table(
            "ksef_bridge_session",
            Column("profile_id", String(64), primary_key=True),
            Column("state", DOCUMENT),
            Column("lease_holder", String(64)),
            Column("lease_until", BigInteger, nullable=False),
        )
    if not has_table("ksef_bridge_abandoned_session"):
        op.create_table(
            "ksef_bridge_abandoned_session",
            Column("reference_number", String(64), primary_key=True),
            Column("profile_id", String(64), nullable=False),
            Column("environment", String(16), nullable=False),
            Column("since", BigInteger, nullable=False),
        )
    index = "ix_ksef_bridge_abandoned_session_profile_id"
    if not has_index("ksef_bridge_abandoned_session", index):
        op.create_index(index, "ksef_bridge_abandoned_session", ["profile_id"])
    if not has_table("ksef_bridge_public_keys"):
        op.create_table(
            "ksef_bridge_public_keys",
            Column("environment", String(16), primary_key=True),
            Column("document", DOCUMENT, nullable=False),
        )
