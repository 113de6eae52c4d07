"""Login documents that are signed elsewhere, and the certificates that are requested by them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, String

from bridge.state.migrations.present import has_column, has_index, has_table
from bridge.state.tables import DOCUMENT

revision = "0005"
down_revision = "0004"

_ENROLMENT = "ksef_bridge_enrolment"
_SIGNING_REQUEST = "ksef_bridge_signing_request"


def upgrade() -> None:
    if not has_column(_ENROLMENT, "signing_request_id"):
        op.add_column(_ENROLMENT, Column("signing_request_id", String(64)))
    if not has_table(_SIGNING_REQUEST):
        op.create_table(
            _SIGNING_REQUEST,
            Column("id", String(64), primary_key=True),
            Column("profile_id", String(64), nullable=False),
            Column("state", DOCUMENT, nullable=False),
            Column("next_at", BigInteger),
            Column("created_at", BigInteger, nullable=False),
            Column("version", BigInteger, nullable=False),
        )
    for name in ("profile_id", "next_at"):
        index = f"ix_ksef_bridge_signing_request_{name}"
        if not has_index(_SIGNING_REQUEST, index):
            op.create_index(index, _SIGNING_REQUEST, [name])
