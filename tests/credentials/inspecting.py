"""Inspecting as the bridge does, with every finding's text made in both languages."""

from __future__ import annotations

from datetime import datetime

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.findings import Finding, Severity
from bridge.credentials.inspection import CertificateInspection, inspect_certificate
from bridge.credentials.secret import Secret
from bridge.messages import Catalogue
from tests.credentials.certificates import NOW
from tests.secret_register import registered_secrets

CATALOGUE = Catalogue.load()


def inspect(
    files: dict[str, bytes],
    password: str | None = None,
    *,
    expected_type: CertificateType | None = None,
    environment: Environment | None = None,
    now: datetime = NOW,
    fingerprint: str | None = None,
) -> CertificateInspection:
    inspection = inspect_certificate(
        [UploadedFile(name, content) for name, content in files.items()],
        password=None if password is None else Secret(password),
        expected_type=expected_type,
        environment=environment,
        now=now,
        fingerprint=fingerprint,
    )
    assert_texts(inspection.findings)
    errors = [each for each in inspection.findings if each.severity is Severity.ERROR]
    assert (inspection.private_key is None) == bool(errors)
    assert_nothing_secret(repr(inspection))
    return inspection


def assert_texts(findings: tuple[Finding, ...]) -> None:
    """Every finding has a text in both languages that shows no secret."""
    for finding in findings:
        for text in (
            CATALOGUE.text(finding.code, "pl", finding.params),
            CATALOGUE.text(finding.code, "en", finding.params),
        ):
            assert text
            assert_nothing_secret(text)


def assert_nothing_secret(text: str) -> None:
    shown = [secret for secret in registered_secrets() if secret in text.encode()]
    assert not shown, f"{len(shown)} secrets are shown"


def codes(findings: tuple[Finding, ...], severity: Severity) -> list[str]:
    return [finding.code for finding in findings if finding.severity is severity]


def errors(inspection: CertificateInspection) -> list[str]:
    return codes(inspection.findings, Severity.ERROR)


def warnings(inspection: CertificateInspection) -> list[str]:
    return codes(inspection.findings, Severity.WARNING)
