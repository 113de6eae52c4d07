"""The package: certificate, encrypted key and a readme in one zip, made once."""

from __future__ import annotations

import base64
import io
import stat
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from bridge.credentials.private_key import unencrypted_pkcs8
from bridge.credentials.secret import Secret
from bridge.enrolment.key_file import encrypted_key_pem
from bridge.enrolment.keys import open_key, open_password
from bridge.enrolment.names import file_stem
from bridge.enrolment.state import Enrolment, PackageState
from bridge.ksef.environments import PORTAL_URLS
from bridge.vault import SealError, Vault

README = "README.txt"
_FILE = stat.S_IFREG | 0o600
_UNIX = 3
_TYPES = {
    CertificateType.AUTHENTICATION: ("uwierzytelniający (Authentication)", "Authentication"),
    CertificateType.OFFLINE: ("Offline", "Offline"),
}
_USES = {
    CertificateType.AUTHENTICATION: (
        "Tym certyfikatem można się uwierzytelnić w KSeF. Nie nadaje się do kodu QR II.",
        "This certificate logs in to KSeF. It does not serve for KOD II.",
    ),
    CertificateType.OFFLINE: (
        "Tym certyfikatem podpisuje się kod QR II faktur w trybie offline. Nie służy on do\n"
        "uwierzytelniania w KSeF.",
        "This certificate signs KOD II on invoices issued offline. It does not log in to KSeF.",
    ),
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a package; `private_key` is PrivateKeyInfo in DER."""

    name: str
    type: CertificateType
    environment: Environment
    certificate: x509.Certificate
    private_key: Secret = field(repr=False)
    password: Secret = field(repr=False)


def package_name(name: str) -> str:
    """What the package is called."""
    return f"{file_stem(name)}.zip"


def make_package(contents: Contents) -> bytes:
    """The zip: `<name>.crt`, `<name>.key` encrypted under the password, and a readme.

    The files are dated by the certificate, so that nothing in it depends on when it was made.
    """
    stem = file_stem(contents.name)
    files = {
        f"{stem}.crt": contents.certificate.public_bytes(Encoding.PEM),
        f"{stem}.key": encrypted_key_pem(contents.private_key, contents.password),
        README: _readme(contents, stem),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for file_name, content in files.items():
            package.writestr(_entry(file_name, contents.certificate.not_valid_before_utc), content)
    return written.getvalue()


def package_of(
    enrolment: Enrolment, certificate: x509.Certificate, vault: Vault
) -> tuple[str | None, PackageState]:
    """The package in base64, or why there is none. From here on its password is not needed."""
    if enrolment.package_state is not PackageState.AWAITED:
        return None, enrolment.package_state
    try:
        password = open_password(vault, enrolment)
        key = open_key(vault, enrolment.private_key_sealed, enrolment.public_key_sha256)
    except SealError:
        return None, PackageState.PASSWORD_LOST
    if password is None:
        return None, PackageState.PASSWORD_LOST
    order = enrolment.order
    contents = Contents(
        name=order.name,
        type=order.type,
        environment=enrolment.environment,
        certificate=certificate,
        private_key=unencrypted_pkcs8(key),
        password=password,
    )
    return base64.b64encode(make_package(contents)).decode(), PackageState.MADE


def _entry(file_name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(file_name, moment.astimezone(UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = _UNIX
    entry.external_attr = _FILE << 16
    return entry


def _readme(contents: Contents, stem: str) -> bytes:
    """In Polish, then in English; as Windows' editors read it, with a mark and CR LF."""
    certificate = contents.certificate
    type_pl, type_en = _TYPES[contents.type]
    use_pl, use_en = _USES[contents.type]
    headings = (f"CERTYFIKAT KSeF: {contents.name}", f"KSeF CERTIFICATE: {contents.name}")
    text = (resources.files(__package__) / "readme.txt").read_text("utf-8")
    filled = text.format_map(
        {
            "name": contents.name,
            "underline": "=" * len(headings[0]),
            "underline_en": "=" * len(headings[1]),
            "type_pl": type_pl,
            "type_en": type_en,
            "environment": contents.environment.value,
            "portal": PORTAL_URLS[contents.environment],
            "subject": certificate.subject.rfc4514_string(),
            "serial_number": f"{certificate.serial_number:016X}",
            "valid_from": _shown(certificate.not_valid_before_utc),
            "valid_to": _shown(certificate.not_valid_after_utc),
            "stem": stem,
            "use_pl": use_pl,
            "use_en": use_en,
        }
    )
    return filled.replace("\n", "\r\n").encode("utf-8-sig")


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
