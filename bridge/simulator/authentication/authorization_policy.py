"""From which addresses the tokens of a login may be used."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address

IPV4 = (
    r"((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}"
    r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])"
)
IPV4_RANGE = f"{IPV4}-{IPV4}"
IPV4_MASK = f"{IPV4}/(0|[1-9]|[12][0-9]|3[0-2])"
MOST_OF_A_KIND = 10


@dataclass(frozen=True, slots=True)
class AllowedIps:
    """KSeF's `AllowedIps`, already checked against the patterns; all empty allows every address."""

    addresses: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()

    def allow(self, client_ip: str) -> bool:
        """Whether a request from that address is within the policy."""
        if not (self.addresses or self.ranges or self.masks):
            return True
        client = ip_address(client_ip)
        if not isinstance(client, IPv4Address):
            return False
        return (
            client_ip in self.addresses
            or any(client in IPv4Network(mask, strict=False) for mask in self.masks)
            or any(_within(client, allowed) for allowed in self.ranges)
        )


def _within(client: IPv4Address, allowed: str) -> bool:
    first, last = allowed.split("-")
    return IPv4Address(first) <= client <= IPv4Address(last)
