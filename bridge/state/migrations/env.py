"""Run by Alembic: applies the steps over the connection that `schema.migrate` gives."""

from __future__ import annotations

from alembic import context

from bridge.state.schema import VERSION_TABLE
from bridge.state.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite cannot alter a column in place.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
