"""Two years and two months in minutes: certificates of both types are renewed twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.espocrm import EspoCrm
from tests.e2e.mail_sink import MailSink, mail_sink, sending_through
from tests.e2e.moved_world import MovedWorld, moved_world
from tests.e2e.played_company import PlayedCompany
from tests.e2e.played_notices import Notice, Notices
from tests.e2e.records import LINK_FIELDS, Records
from tests.e2e.rest import RestUser
from tests.installation import Installation

NOTICES = (60, 30, 14, 7, 1)
NEAR = tuple(day for notice in NOTICES for day in (notice + 1, notice, notice - 1))
BEFORE = timedelta(days=640)
"""So old the certificates are when the two years begin."""
LEAST_PLAYED = timedelta(days=791)
PLAYED = LEAST_PLAYED + timedelta(days=5)
"""Until the second ones have ended, too."""
TOKENS_END_AFTER = timedelta(days=800)
"""Counted from the start: within the years that are played."""
STRIDE = timedelta(days=13)
"""Longest time between two days that are played: longer than a session lives."""
KEYS = ("KsefTokenEncryption", "SymmetricKeyEncryption")


@pytest.fixture(scope="module")
def start() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def world(
    espocrm: EspoCrm, root_user: RestUser, bridge: Installation, artifacts: Path, start: datetime
) -> Iterator[MovedWorld]:
    last_day = (start + TOKENS_END_AFTER).date().isoformat()
    setting = {"KSEF_BRIDGE_TOKENS_VALID_UNTIL": last_day}
    with moved_world(espocrm, root_user, bridge, artifacts, **setting) as moved:
        yield moved


@pytest.fixture(scope="module")
def mails(espocrm: EspoCrm, root_user: RestUser) -> Iterator[MailSink]:
    with mail_sink() as sink, sending_through(espocrm, root_user, sink.port):
        yield sink


@pytest.fixture(scope="module")
def addresses(administrators: dict[str, RestUser], espocrm: EspoCrm) -> dict[str, str]:
    """By user name."""
    found = {}
    for user in administrators.values():
        [row] = espocrm.rows("SELECT id FROM user WHERE user_name = :name", name=user.name)
        found[user.name] = f"{user.name}@example.com"
        user.done("PUT", f"User/{row['id']}", {"emailAddress": found[user.name]})
    return found


def test_two_renewals_of_both_types_and_every_notice_once(
    world: MovedWorld,
    records: Records,
    mails: MailSink,
    addresses: dict[str, str],
    root_user: RestUser,
    tmp_path: Path,
    start: datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    began = time.monotonic()
    world.without_limits()
    company = PlayedCompany.founded(world, records, tmp_path)
    switched = company.token_profile("Oddział z tokenem", internal_id=f"{company.nip}-54321")
    last = company.token_profile("Inna firma z tokenem")
    notices = Notices(world.espocrm)
    mailed_before = {who: len(mails.sent_to(where, "")) for who, where in addresses.items()}
    events = deeds(world, company, switched, last, start)

    days = 0
    while (moment := next_day(company, start, [at for at, _ in events])) < start + BEFORE + PLAYED:
        if events and events[0][0] == moment:
            _, deed = events.pop(0)
            world.go_to(moment)
            deed()
        else:
            company.live_through(moment)
            days += 1

    played = world.time.now() - start - BEFORE
    assert played >= LEAST_PLAYED
    for type_ in LINK_FIELDS:
        assert len(company.line(type_)) == 3, company.certificates()
    assert_nothing_left_over(company)
    told = notices.by_user()
    expected = expected_notices(company, switched, last)
    assert set(told) == {root_user.name, *addresses}
    for who, what in told.items():
        assert what == expected, (who, (what - expected, expected - what))
    for who, where in addresses.items():
        sent = len(mails.sent_to(where, "")) - mailed_before[who]
        assert sent == sum(user == who for user, _, _ in notices.rows())
    with capsys.disabled():
        print(  # noqa: T201
            f"\n    {played.days} days in {time.monotonic() - began:.0f} s, {days} of them "
            f"looked at, {company.checks} times every profile logged in and signed; "
            f"{len(notices.rows()) // len(told)} notices for each administrator",
            end="",
        )


def deeds(
    world: MovedWorld, company: PlayedCompany, switched: str, last: str, start: datetime
) -> list[tuple[datetime, Callable[[], Any]]]:
    """What people and KSeF do meanwhile, and when."""
    noon = (start + TOKENS_END_AFTER).replace(hour=12, minute=0, second=0)

    def follow_the_notice() -> None:
        current = {type_: company.line(type_)[-1] for type_ in LINK_FIELDS}
        by_certificate = {"authorizationType": "Certificate"}
        by_certificate["authorizationCertificateId"] = current["Authentication"]
        company.records.user.done("PUT", f"KsefProfile/{switched}", by_certificate)
        company.link(switched, Offline=current["Offline"])
        company.records.connection_test(switched)

    def switch_off() -> None:
        company.records.user.done("PUT", f"KsefProfile/{last}", {"status": "Inactive"})
        company.ended.add(last)

    def announce_keys() -> None:
        for usage in KEYS:
            body = {"action": "future", "usage": usage}
            assert (
                world.bridge.simulator.call("POST", "/_simulator/keys", json_body=body).status < 300
            )

    # KSeF's own keys live two years; it publishes others in time.
    return [
        (start + timedelta(days=690), announce_keys),
        (noon - timedelta(days=10), follow_the_notice),
        (noon + timedelta(hours=6), switch_off),
        (start + timedelta(days=1300), announce_keys),
    ]


def next_day(company: PlayedCompany, start: datetime, deeds: list[datetime]) -> datetime:
    """The next moment: a day about a notice of certificates or tokens, one between, or a deed."""
    now = company.world.time.now()
    noon = (start + TOKENS_END_AFTER).replace(hour=12, minute=0, second=0)
    # At these moments so many whole days are left, and half a day.
    ends = [each - timedelta(hours=12) for each in company.ends("Authentication")]
    near = [end - timedelta(days=day) for end in (*ends, noon) for day in (*NEAR, -2)]
    first = start + BEFORE
    return min(
        each for each in (*near, *deeds, first, now + STRIDE) if each > max(now, first - STRIDE)
    )


def assert_nothing_left_over(company: PlayedCompany) -> None:
    """Everybody uses the third ones; the others have ended; KSeF has issued what EspoCRM has."""
    rows = {row["id"]: row for row in company.certificates()}
    for type_, field in LINK_FIELDS.items():
        *old, current = company.line(type_)
        assert [rows[each]["status"] for each in old] == ["Expired", "Expired"]
        assert rows[current]["status"] == "Active"
        for profile in company.offline:
            assert (
                company.records.user.done("GET", f"KsefProfile/{profile}")[f"{field}Id"] == current
            )
    issued = {each["certificateSerialNumber"] for each in company.at_ksef()}
    assert issued == {row["serial_number"] for row in rows.values()}
    assert Counter(each["type"] for each in company.at_ksef()) == {
        "Authentication": 4,
        "Offline": 3,
    }
    assert {row["renewal_code"] for row in rows.values()} == {None}


def expected_notices(company: PlayedCompany, switched: str, last: str) -> Counter[Notice]:
    """What everybody hears, each once."""
    expected: Counter[Notice] = Counter()
    expected.update(Notice("certificate ends", company.portal, days) for days in NOTICES)
    for type_ in LINK_FIELDS:
        first, second, third = company.line(type_)
        # Once the successor has taken over, nobody misses the old one.
        for each in (first, second):
            expected.update(Notice("certificate ends", each, days) for days in (60, 30))
        expected.update(Notice("renewed", each) for each in (second, third))
    expected.update(Notice("tokens end", switched, days) for days in (60, 30, 14))
    expected.update(Notice("tokens end", last, days) for days in NOTICES)
    return expected
