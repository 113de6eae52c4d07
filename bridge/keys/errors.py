"""Why a key file cannot be used or changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bridge.keys.codes import Damage, KeyFileCode
from bridge.messages import Catalogue


class KeyFileError(Exception):
    """A key file cannot be used or changed; the message says what is wrong and what to do.

    As text it is that message in English.
    """

    def __init__(self, code: KeyFileCode, path: Path, **params: str | int) -> None:
        self.code = code
        self.params: dict[str, str | int] = {"path": str(path), **params}
        super().__init__(code, self.params)

    def __str__(self) -> str:
        return Catalogue.load().text(self.code, "en", self.params)


class KeyFileMissing(KeyFileError):
    def __init__(self, path: Path, command: str) -> None:
        super().__init__(KeyFileCode.MISSING, path, command=command)


class KeyFileExposed(KeyFileError):
    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(KeyFileCode.EXPOSED, path, mode=f"{mode:04o}")


class KeyFileEmpty(KeyFileError):
    def __init__(self, path: Path, command: str) -> None:
        super().__init__(KeyFileCode.EMPTY, path, command=command)


class KeyFileDamaged(KeyFileError):
    def __init__(self, path: Path, damage: Damage) -> None:
        super().__init__(KeyFileCode.DAMAGED, path, damage=damage)


class KeyFileUnreadable(KeyFileError):
    """The system refuses to read it, for a reason that may pass while the file stays the same."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(KeyFileCode.UNREADABLE, path, reason=reason)


class KeyUnknown(KeyFileError):
    def __init__(self, path: Path, key_id: str, known: Iterable[str]) -> None:
        super().__init__(KeyFileCode.UNKNOWN, path, keyId=key_id, keyIds=", ".join(known))


class LastApiKey(KeyFileError):
    def __init__(self, path: Path, key_id: str, command: str) -> None:
        super().__init__(KeyFileCode.LAST_API_KEY, path, keyId=key_id, command=command)


class PrimaryMasterKey(KeyFileError):
    def __init__(self, path: Path, key_id: str, command: str) -> None:
        super().__init__(KeyFileCode.PRIMARY_MASTER_KEY, path, keyId=key_id, command=command)
