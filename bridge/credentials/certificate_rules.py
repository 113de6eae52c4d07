"""What speaks against using a certificate now, here and for this."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cryptography import x509

from bridge.credentials.certificate import (
    CertificateFacts,
    CertificateKind,
    CertificateType,
    IdentifierType,
    accepted_public_key,
    is_authority,
    may_sign,
)
from bridge.credentials.codes import CertificateCode
from bridge.credentials.environment import Environment
from bridge.credentials.findings import FILES, Finding, Severity
from bridge.credentials.subject_identifiers import look_alikes

NEW_FOR = timedelta(hours=3)
"""How far ahead the beginning of a certificate that KSeF has just issued may lie.

KSeF stamps Warsaw time as UTC (ksef-api issue 160), which is one or two hours off.
"""
_EXPIRES_SOON_DAYS = 30
_WARSAW = ZoneInfo("Europe/Warsaw")
# Warsaw is ahead of UTC, and a calendar here ends with that year.
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)
SIGNS_WHATEVER_ITS_TYPE = frozenset({CertificateKind.QUALIFIED, CertificateKind.SELF_SIGNED})

Statement = tuple[CertificateCode, Severity, dict[str, str | int]]


def judge(
    certificate: x509.Certificate,
    facts: CertificateFacts,
    *,
    file_name: str,
    expected_type: CertificateType | None,
    environment: Environment | None,
    now: datetime,
) -> Iterator[Finding]:
    """All findings about a certificate by itself; `file_name` is the file that held it."""
    for code, severity, params in (
        *_about_validity(facts, now),
        *_about_key(certificate, facts),
        *_about_type(facts),
        *_about_use(facts, expected_type, able=may_sign(certificate)),
        *_about_issuer(facts, environment),
        *_about_subject(certificate, facts),
    ):
        yield Finding(code, severity, FILES, {"file": file_name, **params})


def is_new(facts: CertificateFacts, now: datetime) -> bool:
    """Whether the certificate begins after `now`, and so soon that KSeF has just issued it."""
    return now < facts.valid_from <= now + NEW_FOR


def beginning(facts: CertificateFacts) -> dict[str, str | int]:
    """When the certificate begins, by the clocks of Warsaw: `date`, `time`, `timeZone`.

    The time zone is CET or CEST.
    """
    local = min(facts.valid_from, _LATEST).astimezone(_WARSAW)
    return {
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "timeZone": local.tzname() or "",
    }


def _about_validity(facts: CertificateFacts, now: datetime) -> Iterator[Statement]:
    if now > facts.valid_to:
        date = facts.valid_to.date().isoformat()
        yield CertificateCode.CERTIFICATE_EXPIRED, Severity.ERROR, {"date": date}
    elif now < facts.valid_from:
        if is_new(facts, now):
            code, severity = CertificateCode.CERTIFICATE_BEGINS_SOON, Severity.WARNING
        else:
            code, severity = CertificateCode.CERTIFICATE_NOT_YET_VALID, Severity.ERROR
        yield code, severity, beginning(facts)
    elif facts.days_left < _EXPIRES_SOON_DAYS:
        date = facts.valid_to.date().isoformat()
        params: dict[str, str | int] = {"date": date, "days": facts.days_left}
        yield CertificateCode.CERTIFICATE_EXPIRES_SOON, Severity.WARNING, params


def _about_key(certificate: x509.Certificate, facts: CertificateFacts) -> Iterator[Statement]:
    if accepted_public_key(certificate) is None:
        params: dict[str, str | int] = {"algorithm": facts.key_algorithm}
        yield CertificateCode.CERTIFICATE_KEY_UNACCEPTED, Severity.ERROR, params
    # OpenSSL makes every self-signed certificate an authority, which does not hinder its use.
    if is_authority(certificate) and facts.kind is not CertificateKind.SELF_SIGNED:
        yield CertificateCode.CERTIFICATE_OF_AUTHORITY, Severity.ERROR, {}


def _about_type(facts: CertificateFacts) -> Iterator[Statement]:
    if facts.type is None and facts.kind not in SIGNS_WHATEVER_ITS_TYPE:
        yield CertificateCode.CERTIFICATE_TYPE_UNDETERMINED, Severity.WARNING, {}


def _about_use(
    facts: CertificateFacts, expected: CertificateType | None, *, able: bool
) -> Iterator[Statement]:
    """An undetermined type is no error: that it cannot be decided is said by `_about_type`."""
    if expected is CertificateType.AUTHENTICATION:
        if not able:
            yield CertificateCode.CERTIFICATE_CANNOT_AUTHENTICATE, Severity.ERROR, {}
        elif facts.type is CertificateType.OFFLINE and facts.kind not in SIGNS_WHATEVER_ITS_TYPE:
            yield CertificateCode.CERTIFICATE_IS_OFFLINE, Severity.ERROR, {}
    if expected is CertificateType.OFFLINE:
        if not able or facts.kind is not CertificateKind.KSEF:
            yield CertificateCode.CERTIFICATE_NOT_FOR_OFFLINE, Severity.ERROR, {}
        elif facts.type is CertificateType.AUTHENTICATION:
            yield CertificateCode.CERTIFICATE_IS_AUTHENTICATION, Severity.ERROR, {}


def _about_issuer(facts: CertificateFacts, environment: Environment | None) -> Iterator[Statement]:
    if facts.kind is CertificateKind.UNKNOWN:
        params: dict[str, str | int] = {"issuer": facts.issuer_name}
        yield CertificateCode.CERTIFICATE_KIND_UNKNOWN, Severity.WARNING, params
    if environment is None:
        return
    params = {"environment": environment.value}
    if facts.kind is CertificateKind.SELF_SIGNED and environment is not Environment.TEST:
        yield CertificateCode.CERTIFICATE_SELF_SIGNED, Severity.ERROR, params
    if not facts.serves(environment):
        code = CertificateCode.CERTIFICATE_OF_TEST
        if facts.environment is Environment.PRODUCTION:
            code = CertificateCode.CERTIFICATE_OF_PRODUCTION
        yield code, Severity.ERROR, params


def _about_subject(certificate: x509.Certificate, facts: CertificateFacts) -> Iterator[Statement]:
    if facts.identifier_type is not IdentifierType.FINGERPRINT:
        return
    params: dict[str, str | int] = {"fingerprint": facts.fingerprint}
    code = CertificateCode.CERTIFICATE_KNOWN_BY_FINGERPRINT
    if found := look_alikes(certificate.subject):
        code = CertificateCode.CERTIFICATE_IDENTIFIER_UNREADABLE
        params["found"] = ", ".join(found)
    yield code, Severity.WARNING, params
