"""The Ministry of Finance's list of VAT payers, asked for one company.

`GET /api/search/nip/{nip}?date=YYYY-MM-DD` is open to all, without a key. The list counts by
address how often it is asked in a day, and says WL-191 until midnight when that was too often.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from urllib3.exceptions import HTTPError

from bridge import __version__
from bridge.companies.codes import CompanyCode
from bridge.companies.company import Company, read_company
from bridge.companies.errors import LookupSwitchedOff, NipUnusable, QuestionRefused
from bridge.credentials.identifiers import NipDefect, nip_defect
from bridge.ksef.connections import AnswerTooLarge, Connections, HttpAnswer, NotConnected
from bridge.ksef.json_object import ContractBroken, JsonObject, json_value
from bridge.state.errors import BridgeError, NotFound, TryLater

# The list is kept by days of the Polish calendar.
_POLAND = ZoneInfo("Europe/Warsaw")
# Head and body of an answer have as long each: it takes 7 s at most.
_CONNECT_SECONDS = 3.0
_READ_SECONDS = 2.0
_SECONDS_TO_RECOVER = 30
_SECONDS_OF_AN_UPDATE = 60
_HEADERS: Mapping[str, str] = {
    "Accept": "application/json",
    "User-Agent": f"ksef-bridge/{__version__}",
}

_LIMIT_REACHED = "WL-191"
_BEING_UPDATED = frozenset({"WL-195", "WL-196"})


class VatPayers:
    """The list at `url`, None when it shall not be asked; threads may share it.

    Goes through the proxy of the environment, and trusts `ca_file` beside the system's authorities.
    """

    def __init__(self, url: str | None, ca_file: Path | None) -> None:
        """Raises OSError when `ca_file` cannot be read."""
        self._path = urlsplit(url or "").path
        self._connections = url and Connections(url, ca_file, _CONNECT_SECONDS, _READ_SECONDS)

    def find(self, nip: str) -> Company:
        """The company as of today.

        Raises NipUnusable and LookupSwitchedOff without having asked; NotFound; QuestionRefused;
        TryLater when the list is away, is being updated, or answers no more today.
        """
        _check(nip)
        now = datetime.now(_POLAND)
        answer = self._exchanged(f"/api/search/nip/{nip}?date={now:%Y-%m-%d}")
        if answer.status != 200:
            raise _refusal(answer, nip, now)
        try:
            company = read_company(JsonObject.of(json_value(answer.body)), nip, now.date())
        except ContractBroken:
            raise _unreadable(answer.status) from None
        if company is None:
            raise NotFound(CompanyCode.NOT_FOUND, {"nip": nip})
        return company

    def _exchanged(self, target: str) -> HttpAnswer:
        if not self._connections:
            raise LookupSwitchedOff(CompanyCode.SWITCHED_OFF)
        try:
            return self._connections.exchange("GET", self._path + target, None, _HEADERS)
        except AnswerTooLarge as error:
            raise _unreadable(error.status) from None
        except (NotConnected, HTTPError):
            raise TryLater(CompanyCode.UNREACHABLE, retry_after=_SECONDS_TO_RECOVER) from None


def _check(nip: str) -> None:
    match nip_defect(nip):
        case None:
            return
        case NipDefect.CHECK_DIGIT:
            raise NipUnusable(CompanyCode.NIP_CHECK_DIGIT, {"nip": nip})
        case _:
            raise NipUnusable(CompanyCode.NIP_MALFORMED)


def _refusal(answer: HttpAnswer, nip: str, now: datetime) -> BridgeError:
    """What an answer other than 200 stands for (`Exception` of the list's OpenAPI file)."""
    code = _code(answer.body)
    if code == _LIMIT_REACHED or answer.status == 429:
        return TryLater(CompanyCode.LIMIT_REACHED, retry_after=_seconds_to_midnight(now))
    if code in _BEING_UPDATED:
        return TryLater(CompanyCode.BEING_UPDATED, retry_after=_SECONDS_OF_AN_UPDATE)
    if answer.status == 404:
        return NotFound(CompanyCode.NOT_FOUND, {"nip": nip})
    if code is not None and answer.status < 500:
        return QuestionRefused(CompanyCode.REFUSED, {"listCode": code})
    return _unreadable(answer.status)


def _code(body: bytes) -> str | None:
    """The list's own code, None where a gateway before it has answered."""
    try:
        return JsonObject.of(json_value(body)).optional_word("code")
    except ContractBroken:
        return None


def _unreadable(http_status: int) -> TryLater:
    return TryLater(
        CompanyCode.UNREADABLE, {"httpStatus": http_status}, retry_after=_SECONDS_TO_RECOVER
    )


def _seconds_to_midnight(now: datetime) -> int:
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), _POLAND)
    # Subtracted in UTC: a day in which clocks change has 23 or 25 hours.
    return math.ceil(midnight.timestamp() - now.timestamp())
