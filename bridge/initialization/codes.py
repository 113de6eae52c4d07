"""What `ksef-bridge init` can say. Each code is stable and a key of the message catalogue."""

from __future__ import annotations

from enum import StrEnum


class InitCode(StrEnum):
    """The words of the command itself, of its steps, and of what stops them."""

    FOUND = "init-found"
    PLAN = "init-plan"
    CONFIRM = "init-confirm"
    PRESS_A_KEY = "init-press-a-key"
    ASKS_FOR_PASSWORD = "init-administrators-password"  # noqa: S105
    NOTHING_DONE = "init-nothing-done"
    DRY_RUN = "init-dry-run"
    ALREADY = "init-already"
    COMPLETE = "init-complete"
    COMPLETE_BY_HAND = "init-complete-by-hand"
    BACK_UP_KEYS = "init-back-up-keys"
    REMOVAL_PLAN = "init-removal-plan"
    REMOVED = "init-removed"

    ACCOUNT = "init-account"
    FOLDERS = "init-folders"
    KEYS = "init-keys"
    EXTENSION = "init-extension"
    DATABASE_ACCOUNT = "init-database-account"
    COMMAND = "init-command"
    SERVICE_UNIT = "init-service-unit"
    HOME = "init-home"
    START = "init-start"
    CONNECT = "init-connect"
    CONNECTION_ENTERED = "init-connection-entered"

    REMOVE_CONNECTION = "init-remove-connection"
    REMOVE_SERVICE = "init-remove-service"
    REMOVE_COMMAND = "init-remove-command"
    REMOVE_EXTENSION = "init-remove-extension"
    REMOVE_DATABASE_ACCOUNT = "init-remove-database-account"

    NOT_ROOT = "init-not-root"
    PHP_MISSING = "init-php-missing"
    PHP_TOO_OLD = "init-php-too-old"
    NO_ESPOCRM = "init-no-espocrm"
    ESPOCRM_UNREADABLE = "init-espocrm-unreadable"
    ESPOCRM_UNSUPPORTED = "init-espocrm-unsupported"
    DATABASE_UNSUPPORTED = "init-database-unsupported"
    PACKAGE_ABSENT = "init-package-absent"
    PROGRAM_OUT_OF_REACH = "init-program-out-of-reach"
    COMMAND_FAILED = "init-command-failed"
    FILE_UNWRITABLE = "init-file-unwritable"
    EXTENSION_NOT_INSTALLED = "init-extension-not-installed"
    DATABASE_SQL = "init-database-sql"
    DATABASE_SQL_TO_RUN = "init-database-sql-to-run"
    DATABASE_NOT_REACHED = "init-database-not-reached"
    SETTINGS_OF_ANOTHER = "init-settings-of-another"
    KEYS_UNUSABLE = "init-keys-unusable"
    SERVICE_NOT_READY = "init-service-not-ready"
    SITE_URL_UNUSABLE = "init-site-url-unusable"
    HOME_OF_ANOTHER = "init-home-of-another"
    NOT_CONNECTED = "init-not-connected"
