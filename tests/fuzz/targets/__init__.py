"""All targets by name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fuzz.target import Target
from tests.fuzz.targets import (
    companies,
    espocrm_rows,
    invoices,
    kept_files,
    ksef_answers,
    latarnia,
    login_documents,
    process_answers,
    seals,
    signed_documents,
    tokens,
    uploads,
)

TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        *uploads.TARGETS,
        tokens.TARGET,
        *invoices.TARGETS,
        ksef_answers.TARGET,
        companies.TARGET,
        latarnia.TARGET,
        espocrm_rows.TARGET,
        seals.TARGET,
        *kept_files.TARGETS,
        process_answers.TARGET,
        login_documents.TARGET,
        signed_documents.TARGET,
    )
}
