"""The running simulator that a command means, and what it is asked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3

from bridge.credentials.environment import Environment
from bridge.simulator.running_simulators import announced_ports

DEFAULT_PORT = 8971
ADDRESS_VARIABLE = "KSEF_BRIDGE_KSEF_URL_{environment}"

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SECONDS = 5.0


class SimulatorRefused(Exception):
    """A running simulator did not do what it was asked for; the text says why."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a simulator has made, and the port at which it runs."""

    port: int
    body: dict[str, Any]


def ask(ports: Iterable[int], path: str, body: dict[str, Any]) -> Made | None:
    """What the first simulator that answers at one of the ports makes, None without one.

    Raises `SimulatorRefused`.
    """
    with urllib3.PoolManager(retries=False, timeout=_SECONDS) as pool:
        for port in ports:
            try:
                answer = pool.request("POST", f"http://127.0.0.1:{port}{path}", json=body)
            except urllib3.exceptions.HTTPError:
                continue
            if answer.status == 201:
                return Made(port, answer.json())
            if answer.status == 400:
                raise SimulatorRefused(answer.data.decode())
    return None


def likely_ports(environment: Environment) -> list[int]:
    """Where a simulator of this user that plays the environment may answer, the likeliest first.

    The bridge's own setting when it points to this machine, the usual port, and the one simulator
    that runs elsewhere; of several running elsewhere none is meant.
    """
    ports = [port] if (port := _port_of_setting(environment)) else []
    ports.append(DEFAULT_PORT)
    elsewhere = [port for port in announced_ports() if port not in ports]
    return ports + (elsewhere if len(elsewhere) == 1 else [])


def _port_of_setting(environment: Environment) -> int | None:
    variable = ADDRESS_VARIABLE.format(environment=environment.upper())
    address = urlsplit(os.environ.get(variable, ""))
    try:
        port = address.port
    except ValueError:
        return None
    return port if address.scheme == "http" and address.hostname in _LOOPBACK else None
