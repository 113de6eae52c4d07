"""What narrows an API key beyond its scopes: environments, profiles, and a rate.

An older bridge knows nothing of this and must not take a narrower key for a wider one. So the
scopes of such a key stand beside what narrows it, and where older ones look for them there is none:
they refuse the key, and what they write of it again is a key that may do nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bridge.credentials.environment import Environment

MOST_CALLS_PER_MINUTE = 60_000
PROFILE_ID = re.compile(r"[^\s:/]{1,24}")
"""What may be the id of a record of EspoCRM's."""


class Restriction(StrEnum):
    """What a key can be narrowed in, as a key file calls it, in the order in which it is told."""

    ENVIRONMENTS = "environments"
    PROFILES = "profiles"
    CALLS_PER_MINUTE = "callsPerMinute"


_MEMBERS = {"scopes", *Restriction}


@dataclass(frozen=True, slots=True)
class Restrictions:
    """None: the key is not narrowed in this."""

    environments: frozenset[Environment] | None = None
    profiles: frozenset[str] | None = None
    calls_per_minute: int | None = None

    def parts(self) -> dict[str, list[str] | int]:
        """What narrows the key, by `Restriction`: members of a key file's entry."""
        parts: dict[str, list[str] | int] = {}
        if self.environments is not None:
            parts[Restriction.ENVIRONMENTS] = sorted(self.environments)
        if self.profiles is not None:
            parts[Restriction.PROFILES] = sorted(self.profiles)
        if self.calls_per_minute is not None:
            parts[Restriction.CALLS_PER_MINUTE] = self.calls_per_minute
        return parts


UNRESTRICTED = Restrictions()


def restrictions_in(restricted: Mapping[str, Any]) -> Restrictions:
    """What a key file says of them. Raises TypeError, ValueError, also for what is not known here.

    What a later version narrows a key by must not be lost on this one.
    """
    if not isinstance(restricted, dict) or not set(restricted) <= _MEMBERS:
        raise ValueError("restrictions that this version does not know")
    environments = restricted.get(Restriction.ENVIRONMENTS)
    profiles = restricted.get(Restriction.PROFILES)
    return Restrictions(
        environments=None
        if environments is None
        else frozenset(Environment(each) for each in _some(environments)),
        profiles=None if profiles is None else frozenset(map(_profile_id, _some(profiles))),
        calls_per_minute=_rate(restricted.get(Restriction.CALLS_PER_MINUTE)),
    )


def _some(values: object) -> list[Any]:
    if not isinstance(values, list) or not values:
        raise ValueError("not a list of anything")
    return values


def _profile_id(value: str) -> str:
    if not PROFILE_ID.fullmatch(value):
        raise ValueError("not the id of a record")
    return value


def _rate(value: object) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 < value <= MOST_CALLS_PER_MINUTE:
        raise ValueError("not a number of calls")
    return value
