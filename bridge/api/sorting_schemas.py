"""The bodies of request and answer when any files are sorted into certificates with their keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from bridge.api.schemas import (
    Body,
    CertificateFactsBody,
    CertificateFile,
    FindingBody,
    SecretText,
)
from bridge.credentials.environment import Environment


class FilePassword(Body):
    file: str = Field(
        max_length=512, description="As the answer names it: `firma.key`, `pakiet.zip/firma.key`."
    )
    password: SecretText = Field(max_length=1024)


def _distinctly_named(files: list[CertificateFile]) -> list[CertificateFile]:
    if len({file.name for file in files}) < len(files):
        raise ValueError("two files of one name")
    return files


class CertificateSortingRequest(Body):
    files: Annotated[list[CertificateFile], AfterValidator(_distinctly_named)] = Field(
        max_length=20, description="Any, each under a name of its own."
    )
    password: SecretText | None = Field(
        default=None, max_length=1024, description="Of every key that has none of its own."
    )
    passwords: list[FilePassword] = Field(default_factory=list, max_length=50)
    environment: Environment | None = None


class SortedCertificateBody(Body):
    certificate_file: str
    key_file: str = Field(description="May be the same file.")
    facts: CertificateFactsBody
    findings: list[FindingBody]


class CertificateSortingAnswer(Body):
    certificates: list[SortedCertificateBody] = Field(
        description=(
            "Each with its private key, which is not answered; Authentication before Offline, "
            "of one type the longest valid first."
        )
    )
    left_over: list[FindingBody] = Field(
        description="Why everything else serves nothing; `params.file` names what it is about."
    )
