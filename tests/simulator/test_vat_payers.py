"""The list of VAT payers as the simulator plays it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from tests.simulator.ksef import Ksef

TODAY = datetime.now(ZoneInfo("Europe/Warsaw")).date()


def search(ksef: Ksef, nip: str, date: object = TODAY) -> TestResponse:
    query = {} if date is None else {"date": str(date)}
    return ksef.application.test_client().get(f"/api/search/nip/{nip}", query_string=query)


def subject(ksef: Ksef, nip: str) -> Any:
    answer = search(ksef, nip)
    assert answer.status_code == 200, answer.text
    body: Any = answer.get_json()
    return body["result"]["subject"]


def test_every_company_is_in_it_until_the_simulator_is_told_otherwise(ksef: Ksef, nip: str) -> None:
    found = subject(ksef, nip)
    assert (found["nip"], found["name"]) == (nip, f"Firma {nip} sp. z o.o.")
    told = {"name": "Sklep Kowalski", "krs": None}
    assert ksef.call("PUT", f"/_simulator/vat-payers/{nip}", json=told).status_code == 204
    changed = subject(ksef, nip)
    assert changed == {**found, **told}
    ksef.call("PUT", f"/_simulator/vat-payers/{nip}", json={"listed": False})
    assert subject(ksef, nip) is None


@pytest.mark.parametrize(
    ("nip", "date", "code"),
    [
        ("5265877636", TODAY, "WL-115"),
        ("0005877635", TODAY, "WL-115"),
        ("526587763", TODAY, "WL-113"),
        ("526-587-76", TODAY, "WL-114"),
        ("5265877635", None, "WL-101"),
        ("5265877635", "29.11.2026", "WL-102"),
        ("5265877635", "2026-02-30", "WL-102"),
        ("5265877635", TODAY + timedelta(days=1), "WL-103"),
    ],
)
def test_what_is_asked_wrongly_is_refused(ksef: Ksef, nip: str, date: object, code: str) -> None:
    refused = search(ksef, nip, date)
    assert (refused.status_code, refused.get_json()["code"]) == (400, code)


def test_an_address_may_ask_a_hundred_times_a_day(nip: str) -> None:
    ksef = Ksef(limits=True)
    assert {search(ksef, nip).status_code for _ in range(100)} == {200}
    refused = search(ksef, nip)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "WL-191")
    ksef.call("PUT", "/_simulator/limits", json={"enabled": False})
    assert search(ksef, nip).status_code == 200
