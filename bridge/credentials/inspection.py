"""Inspecting an uploaded certificate with its private key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from bridge.credentials.certificate import CertificateFacts, CertificateType, read_facts
from bridge.credentials.certificate_rules import judge
from bridge.credentials.codes import CertificateCode
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.findings import FILES, Finding, Severity, has_errors
from bridge.credentials.pairs import Pair, pairs_of
from bridge.credentials.passwords import without_line_ends
from bridge.credentials.private_key import unencrypted_pkcs8
from bridge.credentials.secret import Secret
from bridge.credentials.upload import FoundCertificate, FoundKey, Upload, read_upload


@dataclass(frozen=True, slots=True)
class CertificateInspection:
    """The answer about a certificate and its key.

    `private_key` is PrivateKeyInfo in DER, not encrypted, absent when a finding is an error;
    `public_key_sha256` is the hex SHA-256 of the certificate's SubjectPublicKeyInfo in DER. Facts
    and certificate are there as soon as a certificate could be read.
    """

    facts: CertificateFacts | None
    findings: tuple[Finding, ...]
    certificate_pem: str | None
    private_key: Secret | None
    public_key_sha256: str | None


def inspect_certificate(
    files: Sequence[UploadedFile],
    *,
    password: Secret | None,
    expected_type: CertificateType | None,
    environment: Environment | None,
    now: datetime,
    fingerprint: str | None = None,
    opening: Callable[[int], object] = lambda number: None,
) -> CertificateInspection:
    """Judge certificate and private key in whatever files they came, in whatever order.

    `expected_type` is that of the field the certificate is meant for. `fingerprint` names the one
    that is meant where the files hold several, as SHA-256 in hex; whatever else they hold is passed
    over. Line ends at the end of the password are not part of it. `opening` is told the number of
    each file before it is opened.
    """
    common = without_line_ends(password)
    upload = read_upload(files, lambda _: common, opening)
    if fingerprint is not None:
        upload = _meant(upload, fingerprint)
    pairs = pairs_of(upload)
    findings = [*_about_upload(upload, pairs)]
    certificate = pairs[0].certificate if pairs else _leaf(upload.certificates)
    if certificate is None:
        return CertificateInspection(None, tuple(findings), None, None, None)
    key_matches = bool(pairs) if upload.keys else None
    facts = read_facts(certificate.certificate, now=now, key_matches=key_matches)
    judged = judge(
        certificate.certificate,
        facts,
        file_name=certificate.file_name,
        expected_type=expected_type,
        environment=environment,
        now=now,
    )
    said = {finding.code for finding in findings}
    findings += [finding for finding in judged if finding.code not in said]
    return CertificateInspection(
        facts=facts,
        findings=tuple(findings),
        certificate_pem=certificate.certificate.public_bytes(Encoding.PEM).decode(),
        private_key=None if has_errors(findings) else unencrypted_pkcs8(pairs[0].key.private_key),
        public_key_sha256=certificate.public_key_sha256,
    )


def _meant(upload: Upload, fingerprint: str) -> Upload:
    """Of the upload that certificate with its key, or what is left when one of them is missing."""
    certificates = tuple(
        each
        for each in upload.certificates
        if each.certificate.fingerprint(SHA256()).hex() == fingerprint
    )
    public_keys = {each.public_key_sha256 for each in certificates}
    keys = tuple(each for each in upload.keys if each.public_key_sha256 in public_keys)
    return Upload(certificates, keys, () if keys else upload.unread)


def _leaf(certificates: Sequence[FoundCertificate]) -> FoundCertificate | None:
    """The certificate that belongs to no authority, else the first."""
    own = [each for each in certificates if not each.is_authority]
    return next(iter(own or certificates), None)


def _about_upload(upload: Upload, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """What the files lack or hold too much of.

    With a complete pair at hand, whatever could not be read is passed over with a warning; without
    one it is an error, and may be the very thing that seems to be missing.
    """
    for finding in upload.unread:
        yield replace(finding, severity=Severity.WARNING) if pairs else finding
    if len(pairs) > 1:
        yield Finding(CertificateCode.KEY_PAIRS_SEVERAL, Severity.ERROR, FILES)
    elif pairs and len(upload.keys) > 1:
        yield _about_key(CertificateCode.PRIVATE_KEYS_SEVERAL, Severity.WARNING, pairs[0].key)
    elif upload.certificates and upload.keys and not pairs:
        yield _about_key(CertificateCode.PRIVATE_KEY_MISMATCH, Severity.ERROR, upload.keys[0])
    if upload.unread:
        return
    if not upload.certificates:
        yield Finding(CertificateCode.CERTIFICATE_MISSING, Severity.ERROR, FILES)
    if not upload.keys:
        yield Finding(CertificateCode.PRIVATE_KEY_MISSING, Severity.ERROR, FILES)


def _about_key(code: CertificateCode, severity: Severity, key: FoundKey) -> Finding:
    return Finding(code, severity, FILES, {"file": key.file_name})
