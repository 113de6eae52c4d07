"""Folders and files that the bridge writes: whether it may, without trying."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from bridge.counts import is_in_use
from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, failed, ok, warning
from bridge.installation import try_to_write

RUNTIME_FOLDER = "runtime-folder"


def check_runtime_folder(folder: Path) -> list[Result]:
    """Whether it is, or can be made, a folder of this account's alone, as `serve` asks for.

    One that cannot be written is a warning: the bridge serves without.
    """
    path = str(folder)
    try:
        found = folder.lstat()
    except FileNotFoundError:
        if can_be_made(folder):
            return [ok(RUNTIME_FOLDER, DoctorCode.RUNTIME_FOLDER_NOT_MADE, path=path)]
        return [warning(RUNTIME_FOLDER, DoctorCode.RUNTIME_FOLDER_NOT_WRITABLE, path=path)]
    except OSError:
        return [warning(RUNTIME_FOLDER, DoctorCode.RUNTIME_FOLDER_NOT_WRITABLE, path=path)]
    # Root may look after the folder of the account that the bridge runs under.
    if os.geteuid() not in {0, found.st_uid}:
        code = DoctorCode.RUNTIME_FOLDER_OF_ANOTHER_ACCOUNT
        return [failed(RUNTIME_FOLDER, code, path=path)]
    if not stat.S_ISDIR(found.st_mode):
        return [failed(RUNTIME_FOLDER, DoctorCode.RUNTIME_FOLDER_UNUSABLE, path=path)]
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return [failed(RUNTIME_FOLDER, DoctorCode.RUNTIME_FOLDER_EXPOSED, path=path)]
    try:
        try_to_write(folder)
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        code = DoctorCode.RUNTIME_FOLDER_FULL if is_full else DoctorCode.RUNTIME_FOLDER_NOT_WRITABLE
        return [warning(RUNTIME_FOLDER, code, path=path)]
    return [ok(RUNTIME_FOLDER, DoctorCode.RUNTIME_FOLDER_USABLE, path=path)]


def check_runtime_folder_in_use(folder: Path) -> Result | None:
    """Whether a bridge that answers counts there; None when it does."""
    try:
        if is_in_use(folder):
            return None
    except OSError:
        pass
    return warning(RUNTIME_FOLDER, DoctorCode.RUNTIME_FOLDER_NOT_IN_USE, path=str(folder))


def can_be_made(path: Path) -> bool:
    """Whether a missing file or folder, with the folders above it, could be made."""
    above = next(folder for folder in path.absolute().parents if os.access(folder, os.F_OK))
    return above.is_dir() and is_writable(above)


def is_writable(path: Path) -> bool:
    """Whether this account may write to the file, or make files in the folder."""
    needed = os.W_OK | os.X_OK if path.is_dir() else os.R_OK | os.W_OK
    return os.access(path, needed)
