"""Requests of certificates go on by themselves, and old ones are forgotten."""

from __future__ import annotations

from bridge.enrolment.carrying_on import CarryingOn
from bridge.enrolment.pace import KEPT
from bridge.state.rounds import Rounds


def enrolment_rounds(carrying_on: CarryingOn) -> Rounds:
    return Rounds(
        subject="enrolment",
        id_name="certificate",
        home=carrying_on.logins.home,
        rows=carrying_on.store,
        carry_on=carrying_on.carry_on,
        pause_seconds=1.0,
        seconds_for_one=2.0,
        kept=KEPT,
    )
