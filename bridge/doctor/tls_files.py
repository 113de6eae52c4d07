"""The certificate that the bridge shows to its callers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509

from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, failed, ok, warning
from bridge.installation import check_tls_pair
from bridge.keys.errors import KeyFileExposed
from bridge.settings import Settings, SettingsError

_NAME = "tls"
_SOON = timedelta(days=30)


def check_tls_files(settings: Settings) -> list[Result]:
    """Whether the files can be used, and how long the certificate is valid."""
    certificate, key = settings.tls_certificate_file, settings.tls_key_file
    if certificate is None or key is None:
        return [ok(_NAME, DoctorCode.TLS_NOT_SET, address=settings.listen)]
    try:
        check_tls_pair(certificate, key)
        ends = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except KeyFileExposed:
        return [failed(_NAME, DoctorCode.KEY_FILE_EXPOSED, path=str(key))]
    except (SettingsError, OSError, ValueError):
        code = DoctorCode.TLS_FILES_UNUSABLE
        return [failed(_NAME, code, certificate=str(certificate), key=str(key))]
    params = {"path": str(certificate), "date": f"{ends:%Y-%m-%d}"}
    left = ends - datetime.now(UTC)
    if left <= timedelta(0):
        return [failed(_NAME, DoctorCode.TLS_CERTIFICATE_ENDED, **params)]
    if left <= _SOON:
        return [warning(_NAME, DoctorCode.TLS_CERTIFICATE_ENDS, **params, days=left.days)]
    return [ok(_NAME, DoctorCode.TLS_USABLE, **params)]
