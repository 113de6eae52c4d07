"""Misbehaviour on request: what is wished for, how often it still applies, and to which call.

Nothing here waits, answers or touches a connection: `broken_calls` does.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from time import monotonic
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from bridge.simulator.authentication.encryption_keys import Usage
from bridge.simulator.authentication.statuses import Status
from bridge.simulator.request_body import Body

Effect = Literal[
    "delay",
    "delay-answer",
    "drop-request",
    "drop-answer",
    "server-error",
    "rate-limit",
    "refuse",
    "forbid",
    "unauthorized",
    "gone",
]

_SUCCESS = 200
_Seconds = Annotated[float, Field(ge=0, le=86400)]
_Times = Annotated[int, Field(ge=0)]


class _Wish(Body):
    """A wish that misspells a member would be granted as another one, so it is refused."""

    model_config = ConfigDict(extra="forbid")


class ExceptionWish(_Wish):
    """What a refused call is told: one of KSeF's exception codes with its texts."""

    code: int
    description: str
    details: tuple[str, ...] = ()


class Rule(_Wish):
    """What happens to a call.

    `call` is `"METHOD /path"` as the OpenAPI file writes the path, any call under `/v2` when
    absent. `times` is how often the rule still applies, without end when absent. `seconds` pass
    after the call was processed with `delay-answer` and `drop-answer`, and before anything else
    happens with every other effect.

    Processed are calls with `delay`, `delay-answer` and `drop-answer` alone. `drop-…` closes the
    connection without an answer. `server-error` answers with `status` in KSeF's form or as an HTML
    page of maintenance; `rate-limit` (429), `refuse` (400), `forbid` (403), `unauthorized` (401)
    and `gone` (410) answer as KSeF does.
    """

    call: str | None = None
    effect: Effect
    seconds: _Seconds = 0.0
    times: _Times | None = None
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    status: Annotated[int, Field(ge=500, le=599)] = 503
    html: bool = False
    retry_after: Annotated[int, Field(ge=0)] | None = None
    exception: ExceptionWish | None = None
    reason_code: str | None = None

    @model_validator(mode="after")
    def _has_what_its_effect_needs(self) -> Self:
        needed: dict[str, tuple[str, object]] = {
            "delay": ("seconds", self.seconds),
            "delay-answer": ("seconds", self.seconds),
            "refuse": ("exception", self.exception),
            "forbid": ("reasonCode", self.reason_code),
        }
        name, value = needed.get(self.effect, ("", True))
        if not value:
            raise ValueError(f"{self.effect} wymaga {name}")
        return self


class StatusWish(_Wish):
    """How the next logins, or requests for certificates, end; success cannot be had this way."""

    code: Annotated[int, Field(ge=100, le=599)]
    description: str
    details: tuple[str, ...] = ()
    times: _Times | None = None

    @model_validator(mode="after")
    def _is_no_success(self) -> Self:
        if self.code == _SUCCESS:
            raise ValueError("kod 200 wymaga prawidłowego poświadczenia")
        return self

    @property
    def status(self) -> Status:
        """The status that is wished for."""
        return Status(self.code, self.description, self.details)

    def used(self) -> Self:
        """What is left of it after it applied once."""
        return self if self.times is None else self.model_copy(update={"times": self.times - 1})


class KeyRotation(_Wish):
    """Published keys that change whenever a call comes in `every_seconds` after the last change.

    `planned`: a new key beside the old one, whose predecessor is withdrawn. `emergency`: a new key
    instead of all old ones.
    """

    kind: Literal["planned", "emergency"]
    every_seconds: Annotated[float, Field(gt=0, le=86400)]
    usage: Usage = Usage.TOKEN


class Misbehaviour(_Wish):
    """All that is wished for, in the form of `PUT /_simulator/chaos`.

    `processing_seconds` is how long a login is in progress, `enrolment_seconds` a request for a
    certificate.
    """

    processing_seconds: _Seconds = 0.0
    enrolment_seconds: _Seconds = 0.2
    not_ready_after_success: _Times = 0
    away: bool = False
    login_status: StatusWish | None = None
    enrolment_status: StatusWish | None = None
    key_rotation: KeyRotation | None = None
    rules: tuple[Rule, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The members that were given, in the form in which they were."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


_AWAY = Rule(effect="drop-request")


class Chaos:
    """The present misbehaviour, counted down as it happens. Used under the state's lock.

    `chance` gives numbers from 0 up to 1. Whoever waits because of it waits for `ended`.
    """

    def __init__(
        self, wish: Misbehaviour | None = None, chance: Callable[[], float] = random.random
    ) -> None:
        self.wish = wish or Misbehaviour()
        self.ended = threading.Event()
        self._chance = chance
        self._keys_changed_at = monotonic()

    def rule_for(self, call: str) -> Rule | None:
        """What happens to this call: the first rule that fits and is not used up."""
        if self.wish.away:
            return _AWAY
        for place, rule in enumerate(self.wish.rules):
            fits = rule.call in {None, call} and rule.times != 0
            if fits and self._chance() < rule.probability:
                self._use_up(place)
                return rule
        return None

    def login_outcome(self) -> Status | None:
        """How a login that starts now ends, None when as its credential deserves."""
        wish = self.wish.login_status
        if wish is None or wish.times == 0:
            return None
        self.wish = self.wish.model_copy(update={"login_status": wish.used()})
        return wish.status

    def enrolment_outcome(self) -> Status | None:
        """How a request for a certificate that comes now ends, None when as it deserves."""
        wish = self.wish.enrolment_status
        if wish is None or wish.times == 0:
            return None
        self.wish = self.wish.model_copy(update={"enrolment_status": wish.used()})
        return wish.status

    def refuses_redeem(self) -> bool:
        """Whether a redeem that comes now is told that the login is not ready (pitfalls C.9)."""
        left = self.wish.not_ready_after_success
        if left == 0:
            return False
        self.wish = self.wish.model_copy(update={"not_ready_after_success": left - 1})
        return True

    def due_rotation(self) -> KeyRotation | None:
        """The change of keys whose time has come; whoever asks carries it out."""
        rotation, now = self.wish.key_rotation, monotonic()
        if rotation is None or now < self._keys_changed_at + rotation.every_seconds:
            return None
        self._keys_changed_at = now
        return rotation

    def _use_up(self, place: int) -> None:
        rules = list(self.wish.rules)
        times = rules[place].times
        if times is not None:
            rules[place] = rules[place].model_copy(update={"times": times - 1})
            self.wish = self.wish.model_copy(update={"rules": tuple(rules)})
