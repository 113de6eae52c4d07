"""Which master keys the seals in both databases need: counted by column and key id."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    false,
    func,
    inspect,
    select,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bridge import database
from bridge.commands.key_codes import RotationCode
from bridge.espocrm.tables import ksef_certificate, ksef_profile
from bridge.state.database import connect as connect_state
from bridge.state.tables import metadata as state_metadata
from bridge.state.tables import session
from bridge.vault import VERSION

# EspoCRM keeps one seal in a column, and nothing else; the state keeps them inside documents.
_KEY_ID = re.compile(rf"{VERSION}\.([^.\s\"]+)\.")
_LONGEST_START = 128
_ROWS_AT_ONCE = 200
_ESPOCRM_COLUMNS = (ksef_profile.c.token_sealed, ksef_certificate.c.private_key_sealed)


class SealsUncounted(Exception):
    """A database cannot be read; the message says which, why, and what to do."""

    def __init__(self, code: RotationCode, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class SealCount:
    """How many seals under one master key a column holds; `place` is `table.column`."""

    place: str
    key_id: str
    number: int


def count_espocrm_seals(url: URL) -> Sequence[SealCount]:
    """The seals in EspoCRM's profiles and certificates that are not deleted.

    Raises SealsUncounted.
    """
    engine = database.connect(url)
    try:
        with engine.connect() as connection:
            return _counted(_espocrm_texts(connection))
    except SQLAlchemyError as error:
        reason = type(error).__name__
        raise SealsUncounted(RotationCode.ESPOCRM_UNREADABLE, reason=reason) from None
    finally:
        engine.dispose()


def count_state_seals(url: URL) -> Sequence[SealCount]:
    """The bridge's own seals, in any table of the state database. Raises SealsUncounted."""
    engine = existing_state_database(url)
    try:
        with engine.connect() as connection:
            return _counted(_state_texts(connection))
    except SQLAlchemyError as error:
        reason = type(error).__name__
        raise SealsUncounted(RotationCode.STATE_UNREADABLE, reason=reason) from None
    finally:
        engine.dispose()


def existing_state_database(url: URL) -> Engine:
    """A pool of connections to a state database that a bridge has made.

    A command started outside the bridge's service may lack its settings; it must not take a
    database that it would make itself for one without seals. Raises SealsUncounted.
    """
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise SealsUncounted(RotationCode.STATE_ABSENT, file=url.database or "")
    engine = connect_state(url)
    try:
        is_made = inspect(engine).has_table(session.name)
    except SQLAlchemyError as error:
        engine.dispose()
        reason = type(error).__name__
        raise SealsUncounted(RotationCode.STATE_UNREADABLE, reason=reason) from None
    if not is_made:
        engine.dispose()
        raise SealsUncounted(RotationCode.STATE_FOREIGN, table=session.name)
    return engine


def _espocrm_texts(connection: Connection) -> Iterator[tuple[str, str]]:
    for column in _ESPOCRM_COLUMNS:
        query = select(func.substr(column, 1, _LONGEST_START)).where(
            column.table.c.deleted == false(), _holds_seal(column)
        )
        yield from _texts(connection, column, query)


def _state_texts(connection: Connection) -> Iterator[tuple[str, str]]:
    made = set(inspect(connection).get_table_names())
    for table in state_metadata.sorted_tables:
        for column in table.columns:
            if table.name in made and isinstance(column.type, String):
                query = select(column).where(_holds_seal(column))
                yield from _texts(connection, column, query)


def _texts(
    connection: Connection, column: Column[Any], query: Select[Any]
) -> Iterator[tuple[str, str]]:
    place = f"{column.table.name}.{column.name}"
    for text in connection.execute(query).yield_per(_ROWS_AT_ONCE).scalars():
        yield place, text


def _holds_seal(column: ColumnElement[str]) -> ColumnElement[bool]:
    return column.like(f"%{VERSION}.%")


def _counted(texts: Iterable[tuple[str, str]]) -> Sequence[SealCount]:
    numbers = Counter(
        (place, found[1]) for place, text in texts for found in _KEY_ID.finditer(text)
    )
    return [SealCount(place, key_id, number) for (place, key_id), number in sorted(numbers.items())]
