"""What EspoCRM holds of ours, to be compared before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.e2e.espocrm import EspoCrm


@dataclass(frozen=True)
class StoredState:
    """Every row of our tables, the deleted ones too, and how many notes speak of them."""

    profiles: tuple[dict[str, Any], ...]
    certificates: tuple[dict[str, Any], ...]
    notes: int

    @classmethod
    def of(cls, espocrm: EspoCrm) -> StoredState:
        notes = espocrm.rows("SELECT COUNT(*) AS n FROM note WHERE parent_type LIKE 'Ksef%'")
        return cls(
            tuple(espocrm.rows("SELECT * FROM ksef_profile ORDER BY id")),
            tuple(espocrm.rows("SELECT * FROM ksef_certificate ORDER BY id")),
            int(notes[0]["n"]),
        )


def is_kept(espocrm: EspoCrm, upload: str) -> bool:
    """Whether an upload is still there, as a row and on disk."""
    rows = espocrm.rows("SELECT deleted FROM attachment WHERE id = :id", id=upload)
    return rows == [{"deleted": 0}] and (espocrm.given.root / "data/upload" / upload).is_file()


def files_on_disk(espocrm: EspoCrm, uploads: Sequence[str]) -> list[str]:
    """Those uploads whose files still exist."""
    folder = espocrm.given.root / "data/upload"
    return [each for each in uploads if (folder / each).exists()]
