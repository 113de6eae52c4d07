"""Whether what the settings name can be used, checked before anybody waits for it."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

import structlog

from bridge.database_tls import TlsUnusable, tls_context
from bridge.keys.key_file import refuse_if_exposed
from bridge.settings import PREFIX, Settings, SettingsError

_SOCKET_SECONDS = 1.0
_BLOCK = 4096

log = structlog.get_logger(__name__)


def check_files(settings: Settings) -> None:
    """Make the runtime folder and look at the rest.

    Raises SettingsError, KeyFileExposed for a TLS key that everyone can read.
    """
    check_trusted_files(settings)
    if settings.tls_certificate_file is not None and settings.tls_key_file is not None:
        check_tls_pair(settings.tls_certificate_file, settings.tls_key_file)
    if settings.listen.startswith("unix:"):
        check_unix_socket(Path(settings.listen.removeprefix("unix:")))
    make_runtime_folder(settings.runtime_folder)


def check_trusted_files(settings: Settings) -> None:
    """Raises SettingsError unless the files by which others are trusted can be used."""
    if settings.ksef_ca_file is not None:
        check_ca_file(settings.ksef_ca_file)
    for name in ("espocrm_database_url", "state_database_url"):
        try:
            tls_context(getattr(settings, name))
        except TlsUnusable as error:
            raise SettingsError(f"{PREFIX}{name.upper()}: {error}") from None


def check_ca_file(path: Path) -> None:
    """Raises SettingsError unless it is a file of PEM certificates."""
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError):
        raise SettingsError(
            f"{PREFIX}KSEF_CA_FILE: {path} is not a readable file of PEM certificates"
        ) from None


def check_tls_pair(certificate: Path, key: Path) -> None:
    """Raises SettingsError unless they are a certificate and its key, KeyFileExposed."""
    try:
        refuse_if_exposed(key)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError):
        raise SettingsError(
            f"{PREFIX}TLS_CERTIFICATE_FILE and {PREFIX}TLS_KEY_FILE: {certificate} and {key} are "
            "not a readable PEM certificate with its unencrypted private key"
        ) from None


def check_unix_socket(path: Path) -> None:
    """Raises SettingsError, also when the socket is in use.

    The server would unlink it and take the other bridge's place unnoticed.
    """
    if not path.parent.is_dir():
        raise SettingsError(f"{PREFIX}LISTEN: the folder {path.parent} does not exist")
    try:
        if path.exists() and not path.is_socket():
            raise SettingsError(f"{PREFIX}LISTEN: {path} is there and is not a socket; remove it")
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(_SOCKET_SECONDS)
            probe.connect(str(path))
    except (FileNotFoundError, ConnectionRefusedError):
        # Nobody listens: a bridge that was killed leaves its socket behind.
        return
    except (TimeoutError, BlockingIOError):
        # Its queue of connections is full.
        pass
    except OSError as error:
        raise SettingsError(
            f"{PREFIX}LISTEN: {path} cannot be used as a socket: {error.strerror or error}"
        ) from None
    raise SettingsError(
        f"{PREFIX}LISTEN: another bridge is running on {path}; stop it, or name another path"
    )


def make_runtime_folder(path: Path) -> None:
    """Make a folder of this user's alone: what lies in it is believed. Raises SettingsError.

    Where it cannot be made or written, the log says so: the bridge can do without.
    """
    name = f"{PREFIX}RUNTIME_FOLDER: {path}"
    try:
        # What is there already is looked at below.
        with suppress(FileExistsError):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Not through a link, which somebody else may have put into a folder like /tmp.
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise SettingsError(f"{name} is a link or a file; name a folder")
        if found.st_uid != os.geteuid():
            raise SettingsError(
                f"{name} belongs to another user; remove it, or name a folder inside one of the "
                "user that the bridge runs as"
            )
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise SettingsError(f"{name} can be written by others; run `chmod go-w {path}`")
        try_to_write(path)
    except OSError as error:
        log.warning(
            "runtime-folder-unusable",
            path=str(path),
            reason=error.strerror or type(error).__name__,
            consequence="each process counts, and keeps KSeF's pace, by itself",
        )


def try_to_write(folder: Path) -> None:
    """Write a block to a file there that has no name and is gone at once. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        file.write(bytes(_BLOCK))
