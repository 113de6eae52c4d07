"""Sorting any number of files into certificates with their private keys, and what is left over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.credentials.certificate import CertificateFacts, CertificateType, read_facts
from bridge.credentials.certificate_rules import judge
from bridge.credentials.codes import CertificateCode
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.findings import FILES, Finding, Severity
from bridge.credentials.pairs import Pair, pairs_of
from bridge.credentials.passwords import without_line_ends
from bridge.credentials.secret import Secret
from bridge.credentials.upload import FoundCertificate, Upload, read_upload

_ORDER = (CertificateType.AUTHENTICATION, CertificateType.OFFLINE, None)


@dataclass(frozen=True, slots=True)
class SortedCertificate:
    """A certificate whose private key was found and opened, and the files that held them.

    A file within a zip is named `archive.zip/entry.key`.
    """

    certificate_file: str
    key_file: str
    facts: CertificateFacts
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class CertificateSorting:
    """The certificates: those of type Authentication first, of one type the longest valid first.

    `left_over` says of everything else why it serves nothing; each names its `file`. What no
    password opened yet is among it, about the input `password`.
    """

    certificates: tuple[SortedCertificate, ...]
    left_over: tuple[Finding, ...]


def sort_certificates(
    files: Sequence[UploadedFile],
    *,
    password: Secret | None,
    passwords: Mapping[str, Secret],
    environment: Environment | None,
    now: datetime,
    opening: Callable[[int], object] = lambda number: None,
) -> CertificateSorting:
    """Sort what the files hold, whatever their names and order.

    `password` is for every key that has none of its own in `passwords`, by the name of its file.
    Line ends at the end of a password are not part of it. `opening` is told the number of each file
    before it is opened.
    """
    own = {name: without_line_ends(each) for name, each in passwords.items()}
    common = without_line_ends(password)
    upload = read_upload(files, lambda name: own.get(name) or common, opening)
    pairs = pairs_of(upload)
    certificates = [_sorted(pair, environment, now) for pair in pairs]
    certificates.sort(key=lambda each: each.facts.valid_to, reverse=True)
    certificates.sort(key=lambda each: _ORDER.index(each.facts.type))
    left_over = [*upload.unread, *_certificates_left(upload, pairs), *_keys_left(upload, pairs)]
    named = [*_files_of(pairs), *(str(each.params["file"]) for each in left_over)]
    left_over += [
        _about(CertificateCode.FILE_REPEATED, file.name, Severity.INFO)
        for file in files
        if not any(name == file.name or name.startswith(f"{file.name}/") for name in named)
    ]
    return CertificateSorting(tuple(certificates), tuple(left_over))


def _sorted(pair: Pair, environment: Environment | None, now: datetime) -> SortedCertificate:
    found = pair.certificate
    facts = read_facts(found.certificate, now=now, key_matches=True)
    findings = judge(
        found.certificate,
        facts,
        file_name=found.file_name,
        expected_type=None,
        environment=environment,
        now=now,
    )
    return SortedCertificate(found.file_name, pair.key.file_name, facts, tuple(findings))


def _files_of(pairs: Sequence[Pair]) -> list[str]:
    return [each for pair in pairs for each in (pair.certificate.file_name, pair.key.file_name)]


def _certificates_left(upload: Upload, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """A chain of authorities that came in the file of a certificate is not worth a word."""
    used = [pair.certificate for pair in pairs]
    newest = {each.public_key_sha256: each for each in used}
    for found in upload.certificates:
        if found in used:
            continue
        if found.is_authority:
            if found.file_name not in _files_of(pairs):
                code = CertificateCode.CERTIFICATE_OF_AUTHORITY_UNNEEDED
                yield _about(code, found.file_name, Severity.INFO)
        elif found.public_key_sha256 in newest:
            yield _superseded(found, newest[found.public_key_sha256])
        else:
            code = CertificateCode.CERTIFICATE_WITHOUT_KEY
            yield _about(code, found.file_name, Severity.ERROR)


def _superseded(found: FoundCertificate, by: FoundCertificate) -> Finding:
    params: dict[str, str | int] = {"file": found.file_name, "newer": by.file_name}
    return Finding(CertificateCode.CERTIFICATE_SUPERSEDED, Severity.INFO, FILES, params)


def _keys_left(upload: Upload, pairs: Sequence[Pair]) -> Iterator[Finding]:
    used = [pair.key for pair in pairs]
    for key in upload.keys:
        if key not in used:
            code = CertificateCode.KEY_WITHOUT_CERTIFICATE
            yield _about(code, key.file_name, Severity.ERROR)


def _about(code: CertificateCode, file_name: str, severity: Severity) -> Finding:
    return Finding(code, severity, FILES, {"file": file_name})
