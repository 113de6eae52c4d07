"""Whether the files that the settings name can be used, checked before anybody waits for them."""

from __future__ import annotations

import ssl
from pathlib import Path

from bridge.keys.key_file import refuse_if_exposed
from bridge.settings import PREFIX, Settings, SettingsError


def check_files(settings: Settings) -> None:
    """Raises SettingsError, KeyFileExposed for a TLS key that everyone can read."""
    if settings.ksef_ca_file is not None:
        _check_ca_file(settings.ksef_ca_file)
    if settings.tls_certificate_file is not None and settings.tls_key_file is not None:
        _check_tls_pair(settings.tls_certificate_file, settings.tls_key_file)
    if settings.listen.startswith("unix:"):
        folder = Path(settings.listen.removeprefix("unix:")).parent
        if not folder.is_dir():
            raise SettingsError(f"{PREFIX}LISTEN: the folder {folder} does not exist")


def _check_ca_file(path: Path) -> None:
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ssl.SSLError):
        raise SettingsError(
            f"{PREFIX}KSEF_CA_FILE: {path} is not a readable file of PEM certificates"
        ) from None


def _check_tls_pair(certificate: Path, key: Path) -> None:
    try:
        refuse_if_exposed(key)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError):
        raise SettingsError(
            f"{PREFIX}TLS_CERTIFICATE_FILE and {PREFIX}TLS_KEY_FILE: {certificate} and {key} are "
            "not a readable PEM certificate with its unencrypted private key"
        ) from None
