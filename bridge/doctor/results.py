"""What a check found: how grave it is, and the code and parameters of its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from bridge.doctor.codes import DoctorCode


class Status(IntEnum):
    """How grave a result is; the values are the exit codes of monitoring plugins."""

    OK = 0
    WARNING = 1
    FAILED = 2


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the doctor's report.

    `name` is the check's, stable and the same in every language; `params` fill the placeholders of
    the text and never hold a secret or an account.
    """

    name: str
    status: Status
    code: DoctorCode
    params: Mapping[str, str | int] = field(default_factory=dict)


def ok(name: str, code: DoctorCode, **params: str | int) -> Result:
    return Result(name, Status.OK, code, params)


def warning(name: str, code: DoctorCode, **params: str | int) -> Result:
    return Result(name, Status.WARNING, code, params)


def failed(name: str, code: DoctorCode, **params: str | int) -> Result:
    return Result(name, Status.FAILED, code, params)


def gravest(results: Iterable[Result]) -> Status:
    """The status of the whole report."""
    return max((result.status for result in results), default=Status.OK)
