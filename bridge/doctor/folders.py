"""Folders and files that the bridge writes: whether it may, without trying."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, failed, ok

_NAME = "runtime-folder"


def check_runtime_folder(folder: Path) -> list[Result]:
    """Whether it is, or can be made, a folder of this account's alone, as `serve` asks for."""
    path = str(folder)
    try:
        found = folder.lstat()
    except FileNotFoundError:
        if can_be_made(folder):
            return [ok(_NAME, DoctorCode.RUNTIME_FOLDER_NOT_MADE, path=path)]
        return [failed(_NAME, DoctorCode.RUNTIME_FOLDER_UNUSABLE, path=path)]
    except OSError:
        return [failed(_NAME, DoctorCode.RUNTIME_FOLDER_UNUSABLE, path=path)]
    # Root may look after the folder of the account that the bridge runs under.
    if os.geteuid() not in {0, found.st_uid}:
        return [failed(_NAME, DoctorCode.RUNTIME_FOLDER_OF_ANOTHER_ACCOUNT, path=path)]
    if not stat.S_ISDIR(found.st_mode) or not is_writable(folder):
        return [failed(_NAME, DoctorCode.RUNTIME_FOLDER_UNUSABLE, path=path)]
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return [failed(_NAME, DoctorCode.RUNTIME_FOLDER_EXPOSED, path=path)]
    return [ok(_NAME, DoctorCode.RUNTIME_FOLDER_USABLE, path=path)]


def can_be_made(path: Path) -> bool:
    """Whether a missing file or folder, with the folders above it, could be made."""
    above = next(folder for folder in path.absolute().parents if os.access(folder, os.F_OK))
    return above.is_dir() and is_writable(above)


def is_writable(path: Path) -> bool:
    """Whether this account may write to the file, or make files in the folder."""
    needed = os.W_OK | os.X_OK if path.is_dir() else os.R_OK | os.W_OK
    return os.access(path, needed)
