"""Codes of what is wrong with a key file or its backup; the texts are in the message catalogue."""

from __future__ import annotations

from enum import StrEnum


class KeyFileCode(StrEnum):
    """Why a key file, or what was exported of it, cannot be used or changed."""

    MISSING = "key-file-missing"
    EXPOSED = "key-file-exposed"
    EMPTY = "key-file-empty"
    DAMAGED = "key-file-damaged"
    UNREADABLE = "key-file-unreadable"
    UNWRITABLE = "key-file-unwritable"
    UNKNOWN = "key-unknown"
    LAST_API_KEY = "key-last-of-api"
    PRIMARY_MASTER_KEY = "key-primary"
    DIFFERS = "key-differs"

    BACKUP_EXISTS = "key-backup-exists"
    BACKUP_WRONG_PASSPHRASE = "key-backup-wrong-passphrase"  # noqa: S105
    BACKUP_DAMAGED = "key-backup-damaged"
    BACKUP_FOREIGN = "key-backup-foreign"


class Damage(StrEnum):
    """What about a key file is not as it was written; told in words (`names.json`)."""

    NO_TEXT = "NoText"
    OTHER_JSON = "OtherJson"
    NO_LIST = "NoList"
    INCOMPLETE = "Incomplete"
    LENGTH = "Length"
    TWO_OF_ONE_ID = "TwoOfOneId"
