"""What an inspection says about a credential."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from enum import StrEnum

TOKEN = "token"  # noqa: S105 - the name of an input
FILES = "files"
PASSWORD = "password"  # noqa: S105 - the name of an input


class Severity(StrEnum):
    """How much a finding weighs: an error means the credential is not sealed."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One statement about a credential, without its text.

    `code` is stable and a key of the message catalogue, `field` names the input that it is about,
    `params` fill the text's placeholders and never hold a secret; a file is named in `file`.
    """

    code: str
    severity: Severity
    field: str | None = None
    params: dict[str, str | int] = dataclasses.field(default_factory=dict)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding forbids the use of the credential."""
    return any(finding.severity is Severity.ERROR for finding in findings)
