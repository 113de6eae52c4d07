"""Reading uploaded files into certificates and private keys, and saying what could not be read."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

from bridge.credentials.archive import parts_of
from bridge.credentials.certificate import is_authority, read_certificate, sound
from bridge.credentials.codes import CertificateCode
from bridge.credentials.errors import (
    FileDamaged,
    NotACredential,
    PartsTooMany,
    PasswordMissing,
    PasswordWrong,
    Unreadable,
)
from bridge.credentials.files import Content, Part, UploadedFile
from bridge.credentials.findings import FILES, PASSWORD, Finding, Severity
from bridge.credentials.passwords import opened_with
from bridge.credentials.pkcs12 import open_pkcs12
from bridge.credentials.private_key import PrivateKey
from bridge.credentials.private_key_file import open_private_key
from bridge.credentials.secret import Secret

_NOT_CREDENTIALS = {
    Content.EMPTY: CertificateCode.FILE_EMPTY,
    Content.DAMAGED: CertificateCode.FILE_DAMAGED,
    Content.CERTIFICATE_REQUEST: CertificateCode.FILE_IS_CERTIFICATE_REQUEST,
    Content.PUBLIC_KEY: CertificateCode.FILE_IS_PUBLIC_KEY,
    Content.REVOCATION_LIST: CertificateCode.FILE_IS_REVOCATION_LIST,
    Content.WEB_PAGE: CertificateCode.FILE_IS_WEB_PAGE,
    Content.ARCHIVE: CertificateCode.FILE_IS_ARCHIVE,
    Content.UNSUPPORTED: CertificateCode.FILE_UNSUPPORTED,
    Content.UNRECOGNIZED: CertificateCode.FILE_UNRECOGNIZED,
}
# No upload that makes sense holds more; each costs time, and each that is unreadable a finding.
_MOST_PARTS = 50
# What libraries raise on bytes that are not built as their standards say.
_MALFORMED = (
    LookupError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    x509.InvalidVersion,
)


@dataclass(frozen=True, slots=True)
class FoundCertificate:
    """A certificate, the file it was in, and SHA-256 of its public key when that can be read."""

    file_name: str
    certificate: x509.Certificate
    public_key_sha256: str | None
    is_authority: bool


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A private key that was opened, the file it was in, and SHA-256 of its public key."""

    file_name: str
    private_key: PrivateKey = field(repr=False)
    public_key_sha256: str


@dataclass(frozen=True, slots=True)
class Upload:
    """What the files held; `unread` has one error for each thing that could not be read."""

    certificates: tuple[FoundCertificate, ...]
    keys: tuple[FoundKey, ...]
    unread: tuple[Finding, ...]


def read_upload(
    files: Sequence[UploadedFile],
    password_of: Callable[[str], Secret | None],
    opening: Callable[[int], object],
) -> Upload:
    """Read every file; the same certificate or key in two files counts once.

    `password_of` gives the password for the file of a name; that of an entry of a zip is
    `archive.zip/entry.key`. `opening` is told the number of each file before it is opened.
    """
    certificates: dict[bytes, FoundCertificate] = {}
    keys: dict[str, FoundKey] = {}
    unread: list[Finding] = []
    parts = _distinct(_parts(files, opening))
    for part in itertools.islice(parts, _MOST_PARTS):
        try:
            for found in _read(part, password_of(part.file_name)):
                if isinstance(found, FoundKey):
                    keys.setdefault(found.public_key_sha256, found)
                else:
                    certificates.setdefault(found.certificate.public_bytes(Encoding.DER), found)
        except Unreadable as error:
            unread.append(_finding(part, error))
        except _MALFORMED:
            unread.append(_finding(part, FileDamaged()))
    if (beyond := next(parts, None)) is not None:
        unread.append(_finding(beyond, PartsTooMany(limit=_MOST_PARTS)))
    return Upload(tuple(certificates.values()), tuple(keys.values()), _each_once(unread))


def _parts(files: Sequence[UploadedFile], opening: Callable[[int], object]) -> Iterator[Part]:
    for number, file in enumerate(files):
        opening(number)
        yield from parts_of(file)


def _distinct(parts: Iterator[Part]) -> Iterator[Part]:
    """Each credential once, also when one file went into both boxes; each other part as it is."""
    seen = set()
    for part in parts:
        if part.content not in _NOT_CREDENTIALS:
            if part.data in seen:
                continue
            seen.add(part.data)
        yield part


def _read(part: Part, password: Secret | None) -> Iterator[FoundCertificate | FoundKey]:
    match part.content:
        case Content.CERTIFICATE:
            yield _found(part, read_certificate(part.data))
        case Content.CERTIFICATES:
            for certificate in load_der_pkcs7_certificates(part.data):
                yield _found(part, certificate)
        case Content.PRIVATE_KEY | Content.ENCRYPTED_PRIVATE_KEY:
            yield _key(part, opened_with(password, partial(open_private_key, part)))
        case Content.PKCS12:
            contents = opened_with(password, partial(open_pkcs12, part))
            if contents.private_key is not None:
                yield _key(part, contents.private_key)
            for certificate in contents.certificates:
                yield _found(part, certificate)
        case _:
            params = {"format": part.format} if part.format else {}
            raise NotACredential(_NOT_CREDENTIALS[part.content], **params)


def _each_once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(each for at, each in enumerate(findings) if each not in findings[:at])


def _finding(part: Part, error: Unreadable) -> Finding:
    is_about_password = isinstance(error, PasswordMissing | PasswordWrong)
    place = PASSWORD if is_about_password else FILES
    return Finding(error.code, Severity.ERROR, place, {"file": part.file_name, **error.params})


def _key(part: Part, private_key: PrivateKey) -> FoundKey:
    return FoundKey(part.file_name, private_key, public_key_sha256(private_key.public_key()))


def _found(part: Part, certificate: x509.Certificate) -> FoundCertificate:
    """Raises ValueError when anything that the facts need cannot be read."""
    authority = is_authority(sound(certificate))
    try:
        public_key = public_key_sha256(certificate.public_key())
    except UnsupportedAlgorithm:
        public_key = None
    return FoundCertificate(part.file_name, certificate, public_key, authority)


def public_key_sha256(key: CertificatePublicKeyTypes) -> str:
    """SHA-256 of a SubjectPublicKeyInfo in DER, in hex."""
    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()
