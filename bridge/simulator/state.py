"""All that the simulator knows; it is forgotten at exit."""

from __future__ import annotations

import threading
from collections import Counter

from bridge.credentials.environment import Environment
from bridge.simulator.authentication.challenges import Challenges
from bridge.simulator.authentication.encryption_keys import EncryptionKeys
from bridge.simulator.authentication.json_web_tokens import JsonWebTokens
from bridge.simulator.authentication.operations import Operations
from bridge.simulator.certificates.certificate_authority import CertificateAuthority
from bridge.simulator.chaos import Chaos
from bridge.simulator.latarnia.announced import Latarnia
from bridge.simulator.permissions.rights import Rights
from bridge.simulator.rate_limits import RateLimits
from bridge.simulator.tokens.ksef_tokens import KsefTokens
from bridge.simulator.trust_services.provider import TrustServiceProvider
from bridge.simulator.vat_payers.listed_companies import VatPayers


class SimulatorState:
    """One KSeF. Hold `lock` while reading or changing any part.

    `calls` counts requests by `"METHOD /path-template"`, the template without `/v2` and written
    as in the OpenAPI file: `GET /auth/{referenceNumber}`; `held` counts those that the misbehaviour
    makes wait right now.
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
        self.trust_services = TrustServiceProvider()
        self.latarnia = {environment: Latarnia() for environment in Environment}
        self.chaos = Chaos()
        self.vat_payers = VatPayers()
        self.calls: Counter[str] = Counter()
        self.held: Counter[str] = Counter()
