"""Which logins are unfinished, which rows are old, and which contexts KSeF has blocked."""

from __future__ import annotations

import time

from alembic import op
from sqlalchemy import BigInteger, Column, String, column, table

from bridge.state.migrations.present import has_column, has_index, has_table
from bridge.state.tables import DOCUMENT

revision = "0002"
down_revision = "0001"

_SESSION = "ksef_bridge_session"


def upgrade() -> None:
    if not has_column(_SESSION, "phase"):
        op.add_column(_SESSION, Column("phase", String(16)))
    for name in ("changed_at", "version"):
        if not has_column(_SESSION, name):
            op.add_column(_SESSION, Column(name, BigInteger, nullable=False, server_default="0"))
    # What is there counts as changed now, lest it be taken for long forgotten.
    rows = table(_SESSION, column("changed_at", BigInteger))
    now = int(time.time() * 1000)
    op.execute(rows.update().where(rows.c.changed_at == 0).values(changed_at=now))
    if not has_index(_SESSION, "ix_ksef_bridge_session_phase"):
        op.create_index("ix_ksef_bridge_session_phase", _SESSION, ["phase"])
    if not has_table("ksef_bridge_stopped_context"):
        op.create_table(
            "ksef_bridge_stopped_context",
            Column("environment", String(16), primary_key=True),
            Column("context_type", String(16), primary_key=True),
            Column("context_value", String(64), primary_key=True),
            Column("refusal", DOCUMENT, nullable=False),
            Column("since", BigInteger, nullable=False),
        )
