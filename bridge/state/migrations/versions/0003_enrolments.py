"""Certificates that are being requested."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, String, false

from bridge.state.migrations.present import has_index, has_table
from bridge.state.tables import DOCUMENT

revision = "0003"
down_revision = "0002"

_ENROLMENT = "ksef_bridge_enrolment"


def upgrade() -> None:
    if not has_table(_ENROLMENT):
        op.create_table(
            _ENROLMENT,
            Column("certificate_id", String(64), primary_key=True),
            Column("profile_id", String(64), nullable=False),
            Column("state", DOCUMENT, nullable=False),
            Column("password_told", Boolean, nullable=False, server_default=false()),
            Column("next_at", BigInteger),
            Column("created_at", BigInteger, nullable=False),
            Column("version", BigInteger, nullable=False),
        )
    if not has_index(_ENROLMENT, "ix_ksef_bridge_enrolment_next_at"):
        op.create_index("ix_ksef_bridge_enrolment_next_at", _ENROLMENT, ["next_at"])
