"""An enrolment in the hands of the one who works on it, under its lease."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bridge.enrolment.pace import pause_after
from bridge.enrolment.state import Enrolment, PackageState, Phase, Problem
from bridge.enrolment.store import EnrolmentStore, Stored


class Draft:
    """The enrolment as it was stored last. Its methods raise LeaseLost."""

    def __init__(self, store: EnrolmentStore, stored: Stored) -> None:
        self._store = store
        self._version = stored.version
        self.enrolment: Enrolment = stored.enrolment

    def enter(self, phase: Phase, **changes: Any) -> None:
        """Store a new phase, in which nothing was tried yet; `changes` are members' new values."""
        changed = {"attempts": 0, "problem": None, **changes}
        enrolment = replace(self.enrolment, phase=phase, **changed)
        self._save(enrolment, pause_after(enrolment))

    def wait(
        self,
        problem: Problem | None = None,
        least: timedelta = timedelta(),
        phase: Phase | None = None,
        **changes: Any,
    ) -> None:
        """Store that another attempt was in vain, and when the next one is due.

        `least`: not before that time. With `phase` the enrolment goes (back) to it; `changes` are
        members' new values.
        """
        due_in = max(least, pause_after(self.enrolment))
        attempts = self.enrolment.attempts + 1
        phase = phase or self.enrolment.phase
        changed = {"attempts": attempts, "problem": problem, **changes}
        self._save(replace(self.enrolment, phase=phase, **changed), due_in)

    def reject(self, problem: Problem) -> None:
        """Store that there will be no certificate."""
        self.enter(
            Phase.REJECTED,
            problem=problem,
            password_sealed=None,
            package_state=_without_package(self.enrolment),
        )

    def forget_password(self) -> None:
        """Store it without the package's password; a package that was to be made will not be."""
        state = _without_package(self.enrolment)
        forgetful = replace(self.enrolment, password_sealed=None, package_state=state)
        self._save(forgetful, pause_after(forgetful))

    def _save(self, enrolment: Enrolment, due_in: timedelta) -> None:
        self._version = self._store.save(enrolment, self._version, due_in)
        self.enrolment = enrolment


def _without_package(enrolment: Enrolment) -> PackageState:
    if enrolment.package_state is PackageState.AWAITED:
        return PackageState.FORGOTTEN
    return enrolment.package_state
