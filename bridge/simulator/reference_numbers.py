"""KSeF's reference numbers, with their check byte.

Form: `20250514-AU-2DFC46C000-3AC6D5877F-D4`; the last byte is the CRC-8 (polynomial 0x07, initial
value 0) of the 33 characters before its hyphen and with it, the algorithm of faktury/numer-ksef.md.
"""

from __future__ import annotations

import secrets
from typing import Literal

from bridge.simulator import clock

Kind = Literal["CR", "AU", "EC", "EH"]


def new_reference_number(kind: Kind) -> str:
    """A fresh number: CR challenge, AU authentication, EC KSeF token, EH enrolment."""
    first, second = (secrets.token_hex(5).upper() for _ in range(2))
    body = f"{clock.now():%Y%m%d}-{kind}-{first}-{second}"
    return f"{body}-{_crc8(body.encode()):02X}"


def _crc8(data: bytes) -> int:
    register = 0
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register << 1) ^ (0x107 if register & 0x80 else 0)
    return register
