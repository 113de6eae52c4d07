"""EspoCRM's two tables on MariaDB, by the very statements that EspoCRM 9.0.8 made."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine

_STATEMENTS = Path(__file__).with_name("espocrm-9.0.8.sql")


def create_espocrm_tables(url: str) -> None:
    """Make `ksef_profile` and `ksef_certificate`, empty, in the database at `url`."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in _STATEMENTS.read_text(encoding="utf-8").split(";\n")[:-1]:
            connection.exec_driver_sql(statement)
    engine.dispose()
