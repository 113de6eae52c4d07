"""What a connection test found, step by step."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.ksef.errors import KsefError
from bridge.ksef.refusals import Signer, refusal_of
from bridge.state.errors import BridgeError


class StepName(StrEnum):
    """What is proved, in this order; ANNOUNCEMENTS proves nothing."""

    PROFILE = "profile"
    CREDENTIAL = "credential"
    KSEF = "ksef"
    PUBLIC_KEYS = "public-keys"
    LOGIN = "login"
    PERMISSIONS = "permissions"
    CREDENTIAL_STATE = "credential-state"
    ANNOUNCEMENTS = "announcements"


class StepStatus(StrEnum):
    """How a step went; those after a failed one are skipped."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class StepCode(StrEnum):
    """What a step may find beside KSeF's refusals (`bridge/messages/catalogue/bridge.json`)."""

    CLOCK_DIFFERENCE = "clock-difference"
    PERMISSIONS_MISSING = "permissions-missing"
    PERMISSIONS_UNNEEDED = "permissions-unneeded"
    PERMISSIONS_OF_OWNER = "permissions-of-owner"
    PERMISSIONS_MISSING_AND_UNNEEDED = "permissions-missing-and-unneeded"
    TOKEN_NOT_ACTIVE = "ksef-token-not-active"  # noqa: S105 - a code
    CERTIFICATE_NOT_ACTIVE = "ksef-certificate-not-active"
    CERTIFICATE_NOT_LISTED = "ksef-certificate-not-listed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `code` and `params` name the message about what was found, if anything was."""

    name: StepName
    status: StepStatus
    duration_ms: int
    code: str | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """The outcome of a test. `permissions` are KSeF's names of the rights held in the context."""

    steps: tuple[Step, ...]
    permissions: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether invoices can be exchanged; warnings do not stand in the way."""
        return all(step.status in {StepStatus.OK, StepStatus.WARNING} for step in self.steps)


class StepFailed(Exception):
    """A step failed and is reported; the steps after it are not tried."""


@dataclass(slots=True)
class Finding:
    """What a step that runs has found so far."""

    status: StepStatus = StepStatus.OK
    code: str | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)

    def warn(self, code: str, params: Mapping[str, str | int]) -> None:
        self.status, self.code, self.params = StepStatus.WARNING, code, params

    def tell(self, code: str, params: Mapping[str, str | int]) -> None:
        """Say something of a step that went well."""
        self.code, self.params = code, params


class Report:
    """The steps of a running test. With `signer` a lack of rights names who lacks them where."""

    def __init__(self) -> None:
        self.signer: Signer | None = None
        self.permissions: tuple[str, ...] = ()
        self._steps: list[Step] = []

    @contextmanager
    def step(self, name: StepName, at_worst: StepStatus = StepStatus.FAILED) -> Iterator[Finding]:
        """Report the block as a step. Raises StepFailed, unless it is a warning `at_worst`."""
        start = time.monotonic()
        finding = Finding()
        try:
            yield finding
        except KsefError as error:
            refusal = refusal_of(error, self.signer)
            finding.status, finding.code, finding.params = at_worst, refusal.code, refusal.params
        except BridgeError as error:
            finding.status, finding.code, finding.params = at_worst, error.code, error.params
        milliseconds = round((time.monotonic() - start) * 1000)
        step = Step(name, finding.status, milliseconds, finding.code, finding.params)
        self._steps.append(step)
        if step.status is StepStatus.FAILED:
            raise StepFailed

    @property
    def codes(self) -> frozenset[str]:
        """What has been found so far."""
        return frozenset(step.code for step in self._steps if step.code is not None)

    def finished(self) -> ConnectionTest:
        """The outcome, with the steps that were not reached as skipped."""
        reached = {step.name for step in self._steps} | {StepName.ANNOUNCEMENTS}
        skipped = [Step(name, StepStatus.SKIPPED, 0) for name in StepName if name not in reached]
        return ConnectionTest((*self._steps, *skipped), self.permissions)
