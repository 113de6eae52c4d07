"""Which logins are unfinished, which rows are old, and which contexts KSeF has blocked."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, String

from bridge.sessions.tables import DOCUMENT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("ksef_bridge_session", Column("phase", String(16)))
    for name in ("changed_at", "version"):
        op.add_column(
            "ksef_bridge_session",
            Column(name, BigInteger, nullable=False, server_default="0"),
        )
    op.create_index("ix_ksef_bridge_session_phase", "ksef_bridge_session", ["phase"])
    op.create_table(
        "ksef_bridge_stopped_context",
        Column("environment", String(16), primary_key=True),
        Column("context_type", String(16), primary_key=True),
        Column("context_value", String(64), primary_key=True),
        Column("refusal", DOCUMENT, nullable=False),
        Column("since", BigInteger, nullable=False),
    )
