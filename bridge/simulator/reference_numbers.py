"""KSeF's reference numbers as the simulator gives them out."""

from __future__ import annotations

import secrets
from typing import Literal

from bridge.credentials.identifiers import reference_number
from bridge.simulator import clock

Kind = Literal["CR", "AU", "EC", "EH"]


def new_reference_number(kind: Kind) -> str:
    """A fresh number: CR challenge, AU authentication, EC KSeF token, EH enrolment."""
    return reference_number(clock.now().date(), kind, secrets.token_hex(10).upper())
