"""Why a key file cannot be used or changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class KeyFileError(Exception):
    """A key file cannot be used or changed; the text says what is wrong and what to do."""


class KeyFileMissing(KeyFileError):
    def __init__(self, path: Path, command: str) -> None:
        super().__init__(f"{path} does not exist; make it with `{command}`")


class KeyFileExposed(KeyFileError):
    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(
            f"{path} can be read or written by everyone (mode {mode:04o}); "
            f"run `chmod 600 {path}` and consider its keys known to others"
        )


class KeyFileEmpty(KeyFileError):
    def __init__(self, path: Path, command: str) -> None:
        super().__init__(f"{path} holds no key; add one with `{command}`")


class KeyFileDamaged(KeyFileError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is damaged: {reason}; restore it from your backup")


class KeyFileUnreadable(KeyFileError):
    """The system refuses to read it, for a reason that may pass while the file stays the same."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}")


class KeyUnknown(KeyFileError):
    def __init__(self, path: Path, key_id: str, known: Iterable[str]) -> None:
        super().__init__(f"{path} has no key {key_id}; it has {', '.join(known)}")


class LastApiKey(KeyFileError):
    def __init__(self, path: Path, key_id: str, command: str) -> None:
        super().__init__(
            f"{key_id} is the only API key in {path}: without it nobody can call the bridge, and "
            f"it does not start; add another with `{command}` first, or lock everybody out with "
            "--force"
        )


class PrimaryMasterKey(KeyFileError):
    def __init__(self, path: Path, key_id: str, command: str) -> None:
        super().__init__(
            f"{key_id} is the primary key in {path}, under which new seals are made; make another "
            f"primary with `{command}` first"
        )
