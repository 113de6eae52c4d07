"""The three KSeF environments, which share neither credentials nor rights."""

from __future__ import annotations

from enum import StrEnum


class Environment(StrEnum):
    """An environment by its name in EspoCRM (KSeF documentation: srodowiska.md)."""

    TEST = "Test"
    DEMO = "Demo"
    PRODUCTION = "Production"
