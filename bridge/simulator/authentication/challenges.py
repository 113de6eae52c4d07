"""Challenges: what a login must answer within ten minutes, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.simulator import clock
from bridge.simulator.errors import BadRequest
from bridge.simulator.reference_numbers import new_reference_number

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge and the moment it was made (uwierzytelnianie.md, section 1)."""

    value: str
    made_at: datetime


class Challenges:
    """Challenges that were given out and not yet answered."""

    def __init__(self) -> None:
        self._open: dict[str, Challenge] = {}

    def issue(self) -> Challenge:
        """A new challenge; those past their life are forgotten."""
        self._forget_expired()
        challenge = Challenge(new_reference_number("CR"), clock.now())
        self.keep(challenge)
        return challenge

    def keep(self, challenge: Challenge) -> None:
        """Remember a challenge as given out."""
        self._open[challenge.value] = challenge

    def find(self, value: str) -> Challenge:
        """The open challenge of that value; raises 21111 if unknown, answered or expired."""
        challenge = self._open.get(value)
        if challenge is None or challenge.made_at + LIFETIME <= clock.now():
            raise BadRequest(21111, "Nieprawidłowe wyzwanie autoryzacyjne.")
        return challenge

    def answered(self, challenge: Challenge) -> None:
        """Close the challenge: a login was started with it. Raises 21111 if another was faster."""
        if self._open.pop(challenge.value, None) is None:
            raise BadRequest(21111, "Nieprawidłowe wyzwanie autoryzacyjne.")

    def _forget_expired(self) -> None:
        oldest = clock.now() - LIFETIME
        while self._open:
            first = next(iter(self._open.values()))
            if first.made_at > oldest:
                break
            del self._open[first.value]
