"""Stored documents get their seals anew, after the master key was replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Select, Update

from bridge.state.database import StateDatabase
from bridge.vault import SealError

Renew = Callable[[str], str]
"""From a seal to that of the same secret under the primary key; raises SealError."""

log = structlog.get_logger(__name__)


def renew_documents(
    database: StateDatabase,
    all_documents: Select[Any],
    replace_document: Update,
    renewed: Callable[[str, str], str],
) -> int:
    """Put what `renewed` makes of an id and its document in the document's place; how many changed.

    `replace_document` takes `id`, `old` and `new`. What is stored in between stays as it is, for
    the next pass. Raises TryLater.
    """
    rows = database.run(lambda connection: connection.execute(all_documents).all())
    changed = 0
    for id_, old in rows:
        new = renewed(id_, old)
        if new != old:
            parameters = {"id": id_, "old": old, "new": new}
            changed += database.change(replace_document, parameters)
    return changed


def renewed_or_kept(sealed: str, renew: Renew, event: str, **about: str) -> str:
    """The new seal, or the old one where that does not open, which is logged as `event`."""
    try:
        return renew(sealed)
    except SealError as error:
        log.warning(event, code=error.code, **about)
        return sealed
