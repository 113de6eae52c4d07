"""The two tables as EspoCRM makes them from the extension's entity definitions.

The bridge reads them and never writes them; the full definition lets the demo and the tests
make them where there is no EspoCRM.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.mysql import MEDIUMTEXT

metadata = MetaData()

_ID = String(17)
_LONG_TEXT = Text().with_variant(MEDIUMTEXT(), "mysql")


def _record_columns() -> tuple[Column[object], ...]:
    # EspoCRM changes `delete_id` when a record is deleted: its place is free for another one.
    return (
        Column("created_at", DateTime),
        Column("modified_at", DateTime),
        Column("created_by_id", _ID, index=True),
        Column("modified_by_id", _ID, index=True),
        Column("delete_id", _ID, nullable=False, server_default="0"),
    )


ksef_profile = Table(
    "ksef_profile",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", String(255)),
    Column("deleted", Boolean, server_default=false()),
    Column("status", String(16), server_default="Active"),
    Column("nip", String(10)),
    # Never NULL: the unique index would take two companies without a unit for different ones.
    Column("internal_id", String(16), nullable=False, server_default=""),
    Column("environment", String(16)),
    Column("authorization_type", String(16)),
    Column("token_sealed", _LONG_TEXT),
    Column("token_reference", String(36)),
    Column("authorization_certificate_id", _ID, index=True),
    Column("offline_certificate_id", _ID, index=True),
    Column("connection_status", String(16), server_default="NotTested"),
    Column("connection_checked_at", DateTime),
    Column("connection_code", String(100)),
    Column("connection_params", _LONG_TEXT),
    Column("permissions", _LONG_TEXT),
    Column("announced_serial_numbers", _LONG_TEXT),
    Column("company_name", String(255)),
    Column("address", _LONG_TEXT),
    Column("regon", String(14)),
    Column("krs_number", String(10)),
    *_record_columns(),
    UniqueConstraint("nip", "environment", "internal_id", "delete_id"),
)

ksef_certificate = Table(
    "ksef_certificate",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", String(255)),
    Column("deleted", Boolean, server_default=false()),
    Column("status", String(16)),
    Column("type", String(16)),
    Column("kind", String(16)),
    Column("environment", String(16)),
    Column("private_key_sealed", _LONG_TEXT),
    Column("certificate_pem", _LONG_TEXT),
    Column("serial_number", String(64)),
    Column("subject_name", _LONG_TEXT),
    Column("issuer_name", _LONG_TEXT),
    Column("identifier_type", String(16)),
    Column("identifier_value", String(64)),
    Column("key_algorithm", String(32)),
    Column("fingerprint", String(64)),
    Column("valid_from", DateTime),
    Column("valid_to", DateTime),
    Column("package_id", _ID),
    Column("auto_renew", Boolean, nullable=False, server_default=false()),
    Column("last_checked_at", DateTime),
    Column("requested_by_profile_id", _ID, index=True),
    Column("enrolment_code", String(100)),
    Column("enrolment_params", _LONG_TEXT),
    Column("enrolment_reference", String(36)),
    Column("has_enrolment", Boolean, nullable=False, server_default=false()),
    *_record_columns(),
    UniqueConstraint("fingerprint", "delete_id"),
)
