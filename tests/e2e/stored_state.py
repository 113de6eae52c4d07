"""What EspoCRM holds of ours, to be compared before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.e2e.espocrm import EspoCrm

TABLES = ("ksef_profile", "ksef_certificate")


@dataclass(frozen=True)
class StoredState:
    """Every row of our tables, the deleted ones too, and how many notes speak of them."""

    rows: dict[tuple[str, str], dict[str, Any]]
    """By table and id."""
    notes: int

    @classmethod
    def of(cls, espocrm: EspoCrm) -> StoredState:
        notes = espocrm.rows("SELECT COUNT(*) AS n FROM note WHERE parent_type LIKE 'Ksef%'")
        rows = {
            (table, row["id"]): row
            for table in TABLES
            for row in espocrm.rows(f"SELECT * FROM {table}")  # noqa: S608
        }
        return cls(rows, int(notes[0]["n"]))

    def changes_since(self, before: StoredState) -> list[str]:
        """Each change in words: rows that came or went, columns that are not as they were."""
        changes = [f"came: {table}" for table, _ in self.rows.keys() - before.rows.keys()]
        changes += [f"went: {table}" for table, _ in before.rows.keys() - self.rows.keys()]
        for key in self.rows.keys() & before.rows.keys():
            now, then = self.rows[key], before.rows[key]
            changes += [f"{key[0]}.{column}" for column in now if now[column] != then[column]]
        if self.notes != before.notes:
            changes.append("notes in the stream")
        return changes


def is_kept(espocrm: EspoCrm, upload: str) -> bool:
    """Whether an upload is still there, as a row and on disk."""
    rows = espocrm.rows("SELECT deleted FROM attachment WHERE id = :id", id=upload)
    return rows == [{"deleted": 0}] and (espocrm.given.root / "data/upload" / upload).is_file()


def files_on_disk(espocrm: EspoCrm, uploads: Sequence[str]) -> list[str]:
    """Those uploads whose files still exist."""
    folder = espocrm.given.root / "data/upload"
    return [each for each in uploads if (folder / each).exists()]
