"""What needs attention: the order of the list of certificates, the page KSeF Bridge in numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.browser import LoggingIn
from tests.e2e.certificate_life import Life
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip
from tests.processes import free_port

PREFIX = "Kolejność"
OVERVIEW = ".ksef-overview"
FIRST_PAGE = 20
TITLES = {"en": "KSeF at a Glance", "pl": "KSeF w skrócie"}
ENDED_IN_USE = {"en": "Ended and Still in Use", "pl": "Nieważne, a nadal używane"}


@pytest.fixture
def life(espocrm: EspoCrm, records: Records, bridge: Installation, tmp_path: Path) -> Life:
    return Life(espocrm, records, bridge, tmp_path)


def overview(user: RestUser) -> dict[str, int]:
    """The numbers by the names of the filters."""
    found = user.done("GET", "KsefBridge/overview")
    return {**found["profiles"], **found["certificates"]}


def listed(user: RestUser, filter_: str) -> set[str]:
    entity = "KsefCertificate" if filter_.startswith("end") else "KsefProfile"
    answer = user.done("GET", f"{entity}?{searched(primaryFilter=filter_)}")
    return {each["id"] for each in answer["list"]}


def searched(**params: object) -> str:
    """The query of a list as EspoCRM's own screens send it."""
    return "searchParams=" + quote(json.dumps({"maxSize": 200, **params}))


class Placed:
    """Records made past every rule, so that the order can be seen without waiting for years."""

    def __init__(self, espocrm: EspoCrm) -> None:
        self.espocrm = espocrm
        self.made: list[str] = []

    def certificate(
        self,
        status: str,
        days: float | None = 400,
        ended_days_ago: float | None = None,
        predecessor: str | None = None,
        pending: bool = False,
    ) -> str:
        """The id of a certificate that ends so many days from now."""
        made = f"order{len(self.made):02}{new_nip()}"[:17]
        self.espocrm.execute(
            "INSERT INTO ksef_certificate (id, name, status, type, kind, environment, valid_to,"
            " ended_at, predecessor_id, renewal_pending, fingerprint, created_at)"
            " VALUES (:id, :name, :status,"
            " 'Authentication', 'Ksef', 'Test', UTC_TIMESTAMP() + INTERVAL :seconds SECOND,"
            " UTC_TIMESTAMP() - INTERVAL :ago SECOND, :predecessor, :pending, :id,"
            " UTC_TIMESTAMP())",
            id=made,
            name=f"{PREFIX} {len(self.made):02}",
            status=status,
            seconds=None if days is None else round(days * 86400),
            ago=None if ended_days_ago is None else round(ended_days_ago * 86400),
            predecessor=predecessor,
            pending=pending,
        )
        self.made.append(made)
        return made

    def remove(self) -> None:
        for made in self.made:
            self.espocrm.execute("DELETE FROM ksef_certificate WHERE id = :id", id=made)


@pytest.fixture
def placed(espocrm: EspoCrm, bridge: Installation) -> Iterator[Placed]:
    made = Placed(espocrm)
    yield made
    made.remove()


def test_the_list_begins_with_what_needs_attention(records: Records, placed: Placed) -> None:
    # Made in another order than wanted.
    long_over = placed.certificate("Expired", -100)
    active = placed.certificate("Active", 500)
    ends_later = placed.certificate("Active", 59.9)
    replaced = placed.certificate("Expired", -3, 3)
    successor = placed.certificate("Active", 700, predecessor=replaced)
    requested = placed.certificate("Requested", None)
    inactive = placed.certificate("Inactive", 20)
    ends_soon = placed.certificate("Active", 5)
    revoked = placed.certificate("Revoked", 300, 59)
    revoked_long_ago = placed.certificate("Revoked", 300, 61)
    blocked = placed.certificate("Blocked", 200, 0.1)
    expired = placed.certificate("Expired", -10)
    # What has not taken over yet helps nobody.
    not_yet = placed.certificate("Active", 650, predecessor=expired, pending=True)
    wanted = [
        *(expired, blocked, revoked),
        *(ends_soon, ends_later),
        requested,
        *(active, not_yet, successor),
        inactive,
        *(long_over, replaced, revoked_long_ago),
    ]
    assert order(records.user) == wanted
    assert order(records.user, "&orderBy=attention&order=asc") == wanted
    assert order(records.user, "&orderBy=attention&order=desc") == wanted[::-1]
    # Each certificate once, also when two renew it.
    placed.certificate("Active", 700, predecessor=replaced)
    named = f"textFilter={quote(PREFIX)}*&maxSize=200"
    answer = records.user.done("GET", f"KsefCertificate?{named}")
    ids = [each["id"] for each in answer["list"]]
    assert len(ids) == len(set(ids)) == answer["total"]


def order(user: RestUser, more: str = "") -> list[str]:
    """The ids in the order of the list, page after page."""
    ids: list[str] = []
    while True:
        query = f"textFilter={quote(PREFIX)}*&maxSize=5&offset={len(ids)}{more}"
        page = user.done("GET", f"KsefCertificate?{query}")["list"]
        ids += [each["id"] for each in page]
        if len(page) < 5:
            return ids


def test_other_columns_still_sort(records: Records, placed: Placed) -> None:
    first, second = placed.certificate("Active", 10), placed.certificate("Active", 20)
    assert order(records.user, "&orderBy=validTo&order=desc") == [second, first]


def test_having_a_key_can_be_searched_for(life: Life, placed: Placed) -> None:
    """It has no column; asked for by REST it was an error of the database's."""
    with_key, without = life.certificate(new_nip()), placed.certificate("Active")
    for type_, wanted, other in (("isTrue", with_key, without), ("isFalse", without, with_key)):
        where = [{"type": type_, "attribute": "hasPrivateKey"}]
        answer = life.records.user.call("GET", f"KsefCertificate?{searched(where=where)}")
        assert answer.status == 200, answer.body
        ids = {each["id"] for each in answer.json["list"]}
        assert wanted in ids
        assert other not in ids


def test_the_numbers_are_those_of_the_lists(life: Life, bridge: Installation) -> None:
    user = life.records.user
    before = overview(user)
    nip = new_nip()
    login, offline = life.certificate(nip), life.certificate(nip, "Offline")
    soon = life.certificate(new_nip())
    profile = life.records.certificate_profile("Liczona", nip, login, offlineCertificateId=offline)
    assert changes(before, overview(user)) == {"notTested": 1}
    life.end_in(soon, 59)
    assert life.records.connection_test(profile)["ok"]
    assert changes(before, overview(user)) == {"connected": 1, "endingSoon": 1}
    user.done("POST", f"KsefCertificate/{offline}/revoke", {"reason": "Unspecified"})
    assert changes(before, overview(user)) == {"failed": 1, "endingSoon": 1, "endedInUse": 1}
    assert soon in listed(user, "endingSoon")
    assert offline in listed(user, "endedInUse")
    assert profile in listed(user, "failed")
    for name, number in overview(user).items():
        assert len(listed(user, name)) == number, name
    user.done("PUT", f"KsefProfile/{profile}", {"status": "Inactive"})
    assert changes(before, overview(user)) == {"endingSoon": 1}


def changes(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


@pytest.mark.parametrize("who", ["regular", "api"])
def test_nobody_else_sees_them(who: str, bridge: Installation, outsiders: dict[str, Any]) -> None:
    assert outsiders[who].call("GET", "KsefBridge/overview").status == 403


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_page_leads_to_the_lists_also_while_the_bridge_is_away(
    language: str,
    life: Life,
    placed: Placed,
    bridge: Installation,
    administrators: dict[str, RestUser],
    logging_in: LoggingIn,
) -> None:
    nip = new_nip()
    certificate = life.certificate(nip, name=f"Na stronie {language}")
    life.records.certificate_profile(f"Na stronie {language}", nip, certificate)
    life.records.user.done(
        "POST", f"KsefCertificate/{certificate}/revoke", {"reason": "Unspecified"}
    )
    placed.certificate("Active", 20)
    user = administrators[language]
    nobody = f"http://127.0.0.1:{free_port()}"
    with (
        other_bridge(life.records.user, bridge, nobody, bridge.api_key),
        logging_in(language) as screen,
    ):
        screen.open("#Admin/ksefBridge", f"{OVERVIEW} tr")
        page = screen.page
        assert page.get_by_text(TITLES[language]).count() == 1
        numbers = {
            str(row.get_attribute("data-name")): int(row.locator(".label").inner_text())
            for row in page.locator(f"{OVERVIEW} tr").all()
        }
        assert numbers == overview(user)
        assert numbers["endedInUse"] >= 1
        screen.picture("overview")

        page.click(f'{OVERVIEW} tr[data-name="endedInUse"] a')
        page.wait_for_selector("#main .list > table tbody tr")
        assert ENDED_IN_USE[language] in screen.text_of("#main .page-header")
        rows = page.locator("#main .list > table tbody tr").count()
        assert rows == min(numbers["endedInUse"], FIRST_PAGE)
        assert certificate in listed(user, "endedInUse")
        screen.picture("overview-ended-in-use")

        screen.open("#KsefCertificate/list/fromAdmin=true", "#main .list > table tbody tr")
        screen.picture("certificates-by-attention")
        screen.open("#KsefProfile/list/primaryFilter=failed", "#main .list > table tbody tr")
        screen.picture("overview-failed")
        assert screen.problems == []


LAST_CHECK = {"en": "connected at the last check", "pl": "przy ostatnim sprawdzeniu"}


@pytest.mark.parametrize("language", ["en", "pl"])
def test_what_connected_is_good_news_only_while_the_bridge_is_ready(
    language: str,
    life: Life,
    bridge: Installation,
    administrators: dict[str, RestUser],
    logging_in: LoggingIn,
) -> None:
    nip = new_nip()
    profile = life.records.token_profile("Połączona", nip, bridge.new_ksef_token(nip))
    assert life.records.connection_test(profile)["ok"]
    user = administrators[language]
    checked = user.done("GET", "KsefBridge/overview")["connectedCheckedAt"]
    assert checked[0] <= life.profile(profile)["connectionCheckedAt"] <= checked[1]
    row = f'{OVERVIEW} tr[data-name="connected"]'
    with logging_in(language) as screen:
        screen.open("#Admin/ksefBridge", f"{row} .label-success")
        assert LAST_CHECK[language] in screen.text_of(row)
        assert re.search(r"\(.*\d\d:\d\d.*\)", screen.text_of(row))
        nobody = f"http://127.0.0.1:{free_port()}"
        with other_bridge(life.records.user, bridge, nobody, bridge.api_key):
            screen.open("#Admin/ksefBridge", ".ksef-health .label-danger")
            screen.page.wait_for_selector(f"{row} .label-default")
            assert screen.page.locator(f"{OVERVIEW} .label-success").count() == 0
            assert LAST_CHECK[language] in screen.text_of(row)
            screen.picture("overview-bridge-away")
        assert screen.problems == []


def test_the_list_sorts_anew_and_searches(
    life: Life, placed: Placed, logging_in: LoggingIn
) -> None:
    placed.certificate("Active", 20)
    with logging_in("en") as screen:
        screen.open("#KsefCertificate/list", "#main .list > table tbody tr")
        page = screen.page
        with page.expect_response(re.compile(r"orderBy=validTo")):
            page.click('#main .list th a.sort[data-name="validTo"]')
        screen.settle()
        assert screen.problems == []


@pytest.mark.parametrize(
    "so_far", ["", ", enrolment_code = 'ksef-unreachable', enrolment_sent = 1"]
)
def test_a_request_that_may_still_be_granted_is_kept(
    life: Life, administrators: dict[str, RestUser], placed: Placed, so_far: str
) -> None:
    """Deleted, its key would be lost, and KSeF would count it all the same."""
    waiting = placed.certificate("Requested", None)
    life.espocrm.execute(
        f"UPDATE ksef_certificate SET private_key_sealed = 'x'{so_far} WHERE id = :id",  # noqa: S608
        id=waiting,
    )
    words = {"en": "may still issue", "pl": "może jeszcze wydać"}
    for language, user in administrators.items():
        answer = user.call("DELETE", f"KsefCertificate/{waiting}")
        assert (answer.status, answer.codes) == (409, ["certificate-may-still-be-issued"])
        assert words[language] in answer.message
    answer = life.records.user.call(
        "POST",
        "MassAction",
        {
            "entityType": "KsefCertificate",
            "action": "delete",
            "params": {"ids": [waiting]},
            "data": {},
        },
    )
    assert (answer.status, answer.codes) == (409, ["certificate-may-still-be-issued"])
    assert life.status(waiting) == "Requested"
    life.espocrm.execute(
        "UPDATE ksef_certificate SET created_at = UTC_TIMESTAMP() - INTERVAL 4 DAY WHERE id = :id",
        id=waiting,
    )
    life.records.user.done("DELETE", f"KsefCertificate/{waiting}")
