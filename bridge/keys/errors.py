"""Why a key file cannot be used."""

from __future__ import annotations

from pathlib import Path


class KeyFileError(Exception):
    """A key file cannot be used; the text says what is wrong and what to do."""


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
