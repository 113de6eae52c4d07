"""Whether the master keys open all that was ever sealed, told by the key ids of the seals.

A seal's second part is its key id (see `bridge.vault`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, failed, ok
from bridge.vault import VERSION

CREDENTIALS = "credential-seals"
SESSIONS = "session-seals"
ENROLMENTS = "enrolment-seals"
_SEAL = re.compile(rf"{VERSION}\.([^.\"]+)\.")
_LOST = {
    CREDENTIALS: DoctorCode.CREDENTIAL_SEALS_LOST,
    SESSIONS: DoctorCode.SESSION_SEALS_LOST,
    ENROLMENTS: DoctorCode.ENROLMENT_SEALS_LOST,
}


def key_id_of(sealed: str) -> str | None:
    """The key id of a seal, of which the start is enough; None when it is no seal."""
    found = _SEAL.match(sealed)
    return found[1] if found else None


def key_ids_in(document: str) -> Iterator[str]:
    """The key ids of all seals in a text."""
    return (found[1] for found in _SEAL.finditer(document))


def check_seals(
    name: str, sealed_under: Sequence[Iterable[str | None]], key_ids: Sequence[str]
) -> Result:
    """`sealed_under` has, for each record, the key ids of its seals; `key_ids` the primary first.

    A record is lost when one of its seals is.
    """
    known = set(key_ids)
    records = [set(record) for record in sealed_under]
    lost = [record - known for record in records if record - known]
    if lost:
        named = sorted({key_id for record in lost for key_id in record if key_id is not None})
        key_ids_shown = ", ".join(named) or "–"
        counts = {"count": len(lost), "total": len(records)}
        return failed(name, _LOST[name], **counts, keyIds=key_ids_shown)
    older = sum(1 for record in records if record - set(key_ids[:1]))
    return ok(name, DoctorCode.SEALS_COVERED, count=len(records), older=older)
