"""What tests leave behind: each process its artifacts, beside them the register of its secrets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.secret_register import kept_secrets
from tests.secret_search import leaks

_REGISTER = "registered-secrets"


@dataclass(frozen=True)
class LeftBehind:
    """`runs` are the temporary folders of runs; each process of a run may have one of its own."""

    runs: tuple[Path, ...]

    def artifacts(self) -> list[Path]:
        """Each process's folder of logs and databases."""
        return [artifacts_of(register) for register in self._registers()]

    def secrets(self) -> frozenset[bytes]:
        """All that any process has registered."""
        return frozenset().union(*map(kept_secrets, self._registers()))

    def leaks(self) -> list[str]:
        """The files of any process that hold a secret of any process."""
        return leaks(self.artifacts(), self.secrets())

    def _registers(self) -> list[Path]:
        return [
            register
            for run in self.runs
            for pattern in (_REGISTER, f"*/{_REGISTER}")
            for register in run.glob(pattern)
        ]


def register_of(process: Path) -> Path:
    """Where the process that keeps its temporary files in `process` writes its secrets."""
    return process / _REGISTER


def artifacts_of(register: Path) -> Path:
    """The artifacts of the process that wrote `register`, in which alone secrets are in clear."""
    return register.with_name("artifacts")
