"""Codes of what `ksef-bridge keys` says; the texts are in the message catalogue."""

from __future__ import annotations

from enum import StrEnum


class KeysCode(StrEnum):
    """Of keys that are made, listed, removed, exported and imported."""

    MASTER_ADDED = "keys-master-added"
    API_ADDED = "keys-api-added"
    API_ENTER = "keys-api-enter"
    API_REMOVED = "keys-api-removed"
    NO_PROFILE_ID = "keys-no-profile-id"
    EXPORTED = "keys-exported"
    MASTER = "keys-kind-master"
    API = "keys-kind-api"
    ALL_HERE = "keys-all-here"
    NOTHING_TO_LIST = "keys-nothing-to-list"
    PRIMARY = "keys-primary"
    OLDER = "keys-older"
    AGE = "keys-age"
    NO_SCOPE = "keys-no-scope"
    ENVIRONMENTS = "keys-environments"
    PROFILES = "keys-profiles"
    RATE = "keys-rate"
    PASSPHRASE = "keys-passphrase"  # noqa: S105
    NEW_PASSPHRASE = "keys-new-passphrase"  # noqa: S105
    PASSPHRASE_AGAIN = "keys-passphrase-again"  # noqa: S105
    PASSPHRASE_MADE = "keys-passphrase-made"  # noqa: S105
    PASSPHRASE_FILE_EMPTY = "keys-passphrase-file-empty"  # noqa: S105
    PASSPHRASE_FILE_UNREADABLE = "keys-passphrase-file-unreadable"  # noqa: S105


class RotationCode(StrEnum):
    """Of a master key that another one takes the place of, and of the seals under it."""

    ADDED = "rotation-added"
    RENEWED = "rotation-renewed"
    INTERRUPTED = "rotation-interrupted"
    UNSETTLED = "rotation-unsettled"
    NEXT = "rotation-next"
    STAYS = "rotation-stays"
    FORCE_LOSES = "rotation-force-loses"
    REMOVED = "rotation-removed"
    REMOVED_BY_FORCE = "rotation-removed-by-force"
    UNCOUNTED = "rotation-uncounted"
    SEALS_IN_STATE = "rotation-seals-in-state"
    SEALS_IN_ESPOCRM = "rotation-seals-in-espocrm"
    ESPOCRM_UNREADABLE = "rotation-espocrm-unreadable"
    STATE_UNREADABLE = "rotation-state-unreadable"
    STATE_ABSENT = "rotation-state-absent"
    STATE_FOREIGN = "rotation-state-foreign"
