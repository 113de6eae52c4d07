"""What the bridge believes of EspoCRM's tables against what a real EspoCRM makes of them."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, create_engine, text

from bridge.espocrm.tables import ksef_certificate, ksef_profile, metadata
from tests.espocrm.mariadb_tables import create_espocrm_tables
from tests.mariadb import MariaDb

Rows = set[tuple[object, ...]]

_COLUMNS = text(
    "SELECT column_name, column_type, is_nullable, column_default"
    " FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = :table"
)
_INDEXES = text(
    "SELECT non_unique, GROUP_CONCAT(column_name ORDER BY seq_in_index)"
    " FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = :table"
    " GROUP BY index_name, non_unique"
)


@pytest.fixture(scope="module")
def made_by_espocrm(mariadb: MariaDb) -> str:
    url = mariadb.new_database()
    create_espocrm_tables(url)
    return url


@pytest.fixture(scope="module")
def made_by_bridge(mariadb: MariaDb) -> str:
    url = mariadb.new_database()
    engine = create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return url


def described(url: str, table: Table) -> tuple[Rows, Rows]:
    """Name, type, nullability and default of each column; uniqueness and columns of each index."""
    engine = create_engine(url)
    with engine.connect() as connection:
        columns, indexes = (
            {tuple(row) for row in connection.execute(query, {"table": table.name})}
            for query in (_COLUMNS, _INDEXES)
        )
    engine.dispose()
    return columns, indexes


@pytest.mark.parametrize("table", [ksef_profile, ksef_certificate], ids=lambda table: table.name)
def test_the_tables_are_those_that_espocrm_makes(
    made_by_espocrm: str, made_by_bridge: str, table: Table
) -> None:
    columns, indexes = described(made_by_espocrm, table)
    assert columns, "EspoCRM's table is there"
    assert described(made_by_bridge, table) == (columns, indexes)
