"""A certificate with its encrypted key, as KSeF's portal hands them out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from tests.installation import new_nip, run_command
from tests.processes import RunningCommand


@dataclass(frozen=True, slots=True)
class PortalCertificate:
    """The two files of an EC certificate for logging in, and the password of the key file."""

    nip: str
    certificate_file: Path
    key_file: Path
    password: str = field(repr=False)

    @property
    def files(self) -> list[Path]:
        return [self.certificate_file, self.key_file]


def portal_certificate(simulator: RunningCommand, folder: Path) -> PortalCertificate:
    """A new certificate of a new company, its files in `folder`."""
    nip, password = new_nip(), secrets.token_urlsafe(12)
    made = run_command(
        *("simulator", "--port", str(simulator.port), "certificate", "--nip", nip),
        *("--type", "Authentication", "--environment", "Test", "--key-algorithm", "EC P-256"),
        *("--password", password, "--out", str(folder)),
    )
    certificate_file, key_file = map(Path, made.splitlines())
    return PortalCertificate(nip, certificate_file, key_file, password)
