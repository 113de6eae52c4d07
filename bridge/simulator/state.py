"""All that the simulator knows; it is forgotten at exit."""

from __future__ import annotations

import threading
from collections import Counter

from bridge.simulator.certificate_authority import CertificateAuthority
from bridge.simulator.challenges import Challenges
from bridge.simulator.encryption_keys import EncryptionKeys
from bridge.simulator.json_web_tokens import JsonWebTokens
from bridge.simulator.ksef_tokens import KsefTokens
from bridge.simulator.operations import Operations
from bridge.simulator.rate_limits import RateLimits
from bridge.simulator.rights import Rights


class SimulatorState:
    """One KSeF. Hold `lock` while reading or changing any part.

    `calls` counts requests by `"METHOD /path-template"`, the template without `/v2` and written
    as in the OpenAPI file: `GET /auth/{referenceNumber}`.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.challenges = Challenges()
        self.operations = Operations()
        self.ksef_tokens = KsefTokens()
        self.encryption_keys = EncryptionKeys()
        self.json_web_tokens = JsonWebTokens()
        self.rate_limits = RateLimits()
        self.rights = Rights()
        self.certificates = CertificateAuthority()
        self.calls: Counter[str] = Counter()
