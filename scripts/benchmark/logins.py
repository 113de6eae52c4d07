"""What logins cost: the bridge's, the floor's and a third party's, taken in turn in one process."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from benchmark.bridge_login import CommitCount, bridge_sessions
from benchmark.cost import Cost, cost_of, median
from benchmark.login_floor import LoginFloor
from benchmark.third_party_login import ThirdPartyLogin
from bridge.sessions.sessions import Sessions

WARM_UPS = 5
_DOCUMENT_BYTES = 1500

Costs = dict[str, Cost]


def _in_turn(
    profiles: Sequence[str],
    sessions: Sessions,
    others: dict[str, Callable[[int], None]],
) -> tuple[Costs, int]: ...
