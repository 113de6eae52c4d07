"""The two key files: readable by the bridge and by nobody else, and holding what is needed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, failed, ok, warning
from bridge.keys.api_keys import ApiKey, Scope, read_api_keys
from bridge.keys.errors import (
    KeyFileDamaged,
    KeyFileEmpty,
    KeyFileError,
    KeyFileExposed,
    KeyFileMissing,
)
from bridge.keys.master_keys import KeyRing, load_key_ring
from bridge.keys.restrictions import Restriction

_MASTER_KEYS = "master-keys"
_API_KEYS = "api-keys"
_API_KEY = "api-key"
_UNUSABLE = {
    KeyFileMissing: DoctorCode.KEY_FILE_MISSING,
    KeyFileExposed: DoctorCode.KEY_FILE_EXPOSED,
    KeyFileEmpty: DoctorCode.KEY_FILE_EMPTY,
    KeyFileDamaged: DoctorCode.KEY_FILE_DAMAGED,
}
_RESTRICTED: dict[str, tuple[DoctorCode, str]] = {
    Restriction.ENVIRONMENTS: (DoctorCode.API_KEY_ENVIRONMENTS, "environments"),
    Restriction.PROFILES: (DoctorCode.API_KEY_PROFILES, "profiles"),
    Restriction.CALLS_PER_MINUTE: (DoctorCode.API_KEY_RATE, "count"),
}

Keys = TypeVar("Keys")


@dataclass(frozen=True, slots=True)
class FoundMasterKeys:
    """`key_ids` is None when the file cannot be used; the primary key's comes first."""

    results: list[Result]
    key_ids: tuple[str, ...] | None


def check_master_keys(path: Path) -> FoundMasterKeys:
    """Whether seals can be made and opened. No key leaves this function."""
    ring, results = _read(_MASTER_KEYS, path, load_key_ring, "ksef-bridge keys new-master")
    if ring is None:
        return FoundMasterKeys(results, None)
    return FoundMasterKeys([*results, _described(path, ring)], tuple(key.id for key in ring))


def check_api_keys(path: Path) -> list[Result]:
    """Whether callers can be admitted: for each scope there is a key that has it; what each may."""
    keys, results = _read(_API_KEYS, path, read_api_keys, "ksef-bridge keys new-api")
    if keys is None:
        return results
    missing = _missing_scopes(keys)
    if missing:
        scopes = ", ".join(missing)
        results.append(warning(_API_KEYS, DoctorCode.API_KEYS_SCOPE_MISSING, scopes=scopes))
    else:
        results.append(ok(_API_KEYS, DoctorCode.API_KEYS_USABLE, count=len(keys)))
    return results + [result for key in keys for result in _of_api_key(key)]


def _read(
    name: str, path: Path, read: Callable[[Path], Keys], command: str
) -> tuple[Keys | None, list[Result]]:
    try:
        keys = read(path)
        owner = path.stat().st_uid
    except (KeyFileError, OSError) as error:
        code = _UNUSABLE.get(type(error), DoctorCode.KEY_FILE_UNREADABLE)
        return None, [failed(name, code, path=str(path), command=command)]
    # Root may look after the files of the account that the bridge runs under.
    if os.geteuid() not in {0, owner} and owner != 0:
        code = DoctorCode.KEY_FILE_OF_ANOTHER_ACCOUNT
        return keys, [warning(name, code, path=str(path))]
    return keys, []


def _described(path: Path, ring: KeyRing) -> Result:
    age = datetime.now(UTC) - ring.primary.created_at
    return ok(
        _MASTER_KEYS,
        DoctorCode.MASTER_KEYS_USABLE,
        count=len(ring),
        keyId=ring.primary.id,
        days=age.days,
        mode=f"{stat.S_IMODE(path.stat().st_mode):04o}",
    )


def _of_api_key(key: ApiKey) -> Iterator[Result]:
    """What the key may, a sentence for each."""
    named = {"keyId": key.id, "caller": key.name}
    if not key.scopes:
        yield warning(_API_KEY, DoctorCode.API_KEY_WITHOUT_SCOPE, **named)
        return
    yield ok(_API_KEY, DoctorCode.API_KEY_SCOPES, **named, scopes=_listed(key.scopes))
    for restriction, value in key.restrictions.parts().items():
        code, placeholder = _RESTRICTED[restriction]
        told = value if isinstance(value, int) else _listed(value)
        yield ok(_API_KEY, code, **named, **{placeholder: told})


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))


def _missing_scopes(keys: Iterable[ApiKey]) -> list[str]:
    present = {scope for key in keys for scope in key.scopes}
    return [scope.value for scope in Scope if scope not in present]
