"""More requests than two bridges can serve: they come as fast as the callers can send them."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.soak.bridges import Bridges

CALLERS = 600
SECONDS = 20.0
LONGEST_ANSWER = 8.0
RECOVERY = 5.0
_USUAL = 1.0


@dataclass
class Overload:
    """Callers without patience: each sends its next request when the one before is answered."""

    bridges: Bridges
    profiles: Sequence[str]
    seconds: float = SECONDS
    told: Counter[str] = field(default_factory=Counter)
    served: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    recovery: float = 0.0

    def run(self) -> None:
        asyncio.run(self._all())
        self.recovery = self._recovered()

    def report(self) -> list[str]:
        def most(seconds: list[float]) -> str:
            ordered = sorted(seconds) or [0.0]
            middle = ordered[len(ordered) // 2]
            return f"{len(seconds):,}, p50 {middle:.2f} s, max {ordered[-1]:.2f} s"

        return [
            f"{CALLERS} callers for {self.seconds:.0f} s: {dict(self.told)}",
            f"served: {most(self.served)}",
            f"refused by 503: {most(self.refused)}",
            f"an ordinary answer {self.recovery:.1f} s after the last of them",
        ]

    def faults(self) -> list[str]:
        """What was promised and did not hold."""
        unknown = set(self.told) - {"200", "503 bridge-overloaded", "503 login-in-progress"}
        slowest = max([*self.served, *self.refused, 0.0])
        return [
            *(f"overload: {each}, {self.told[each]} times" for each in sorted(unknown)),
            *([f"overload: an answer took {slowest:.1f} s"] if slowest > LONGEST_ANSWER else []),
            *([f"overload: {self.recovery:.1f} s to recover"] if self.recovery > RECOVERY else []),
        ]

    async def _all(self) -> None:
        end = time.monotonic() + self.seconds
        await asyncio.gather(*(self._caller(number, end) for number in range(CALLERS)))

    async def _caller(self, number: int, end: float) -> None:
        ports = [each.port for each in self.bridges.each]
        profile = self.profiles[number % len(self.profiles)]
        request = (
            f"POST /v1/profiles/{profile}/access-token HTTP/1.1\r\nHost: bridge\r\n"
            f"Authorization: Bearer {self.bridges.api_key}\r\nConnection: close\r\n"
            "Content-Length: 0\r\n\r\n"
        ).encode()
        while (start := time.monotonic()) < end:
            try:
                async with asyncio.timeout(15):
                    answer = await _exchange(ports[number % len(ports)], request)
            except (OSError, TimeoutError, ValueError) as error:
                self.told[type(error).__name__] += 1
                continue
            lasted = time.monotonic() - start
            status, code = answer
            self.told[status if status == "200" else f"{status} {code}"] += 1
            (self.served if status == "200" else self.refused).append(lasted)

    def _recovered(self) -> float:
        """Seconds until an ordinary call is answered as quickly as ever by each bridge."""
        since = time.monotonic()
        for _ in self.bridges.each:
            while time.monotonic() < since + 60:
                start = time.monotonic()
                path = f"/v1/profiles/{self.profiles[0]}/access-token"
                answer = self.bridges.call("POST", path)
                if answer.status == 200 and time.monotonic() - start < _USUAL:
                    break
        return time.monotonic() - since


async def _exchange(port: int, request: bytes) -> tuple[str, str]:
    """Status and, of a refusal, its code."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    status = head[9:12].decode()
    if not status:
        raise ValueError("no answer")
    return status, "" if status == "200" else str(json.loads(body).get("code"))
