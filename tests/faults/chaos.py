"""KSeF misbehaving on request: what the simulator's `PUT /_simulator/chaos` takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from tests.processes import RunningCommand

CHALLENGE = "POST /auth/challenge"
SUBMIT_TOKEN = "POST /auth/ksef-token"
SUBMIT_SIGNATURE = "POST /auth/xades-signature"
STATUS = "GET /auth/{referenceNumber}"
REDEEM = "POST /auth/token/redeem"
REFRESH = "POST /auth/token/refresh"
PUBLIC_KEYS = "GET /security/public-key-certificates"

# Longer than any test waits: what is held so long is let go by the test.
HELD = 60.0

Rule = dict[str, Any]


def rule(call: str | None, effect: str, **more: Any) -> Rule:
    """What happens to `call` (OpenAPI's `METHOD /path`), or to every call."""
    return {"effect": effect, **({} if call is None else {"call": call}), **more}


@dataclass(frozen=True, slots=True)
class Chaos:
    """The misbehaviour of one simulator."""

    simulator: RunningCommand

    def begin(self, *rules: Rule, **members: Any) -> None:
        """Misbehave so and not otherwise, until told anew."""
        body = {**members, **({"rules": list(rules)} if rules else {})}
        answer = self.simulator.call("PUT", "/_simulator/chaos", json_body=body)
        assert answer.status in {200, 204}, answer.body

    def end(self) -> None:
        """Behave; whatever is held goes on."""
        self.begin()

    def state(self) -> Any:
        return self.simulator.call("GET", "/_simulator/state").json

    def wait_until_held(self, *calls: str, count: int = 1) -> None:
        """Wait until the simulator holds `count` requests of these calls together."""
        end = time.monotonic() + 15
        while sum((held := self.state()["held"]).get(call, 0) for call in calls) < count:
            assert time.monotonic() < end, f"{calls} are not held: {held}"
            time.sleep(0.01)

    def live_sessions(self, nip: str) -> set[str]:
        """The company's sessions that are redeemed and not revoked."""
        return {
            each["referenceNumber"]
            for each in self.state()["sessions"]
            if each["context"]["value"] == nip and each["redeemed"] and not each["revoked"]
        }
