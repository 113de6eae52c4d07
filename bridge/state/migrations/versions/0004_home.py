"""Whose bridge this is."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, String

from bridge.state.migrations.present import has_table

revision = "0004"
down_revision = "0003"

_HOME = "ksef_bridge_home"


def upgrade() -> None:
    if not has_table(_HOME):
        op.create_table(
            _HOME,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("site_url", String(1024), nullable=False),
            Column("espocrm_database", String(1024), nullable=False),
        )
