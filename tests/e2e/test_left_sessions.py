"""Who deletes a profile or switches it off ends its sessions at KSeF, at once or later."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.browser import LoggingIn
from tests.e2e.espocrm import EspoCrm
from tests.e2e.fake_bridges import answering_too_late, ending_slowly, listening
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip
from tests.processes import free_port

JOB = "KsefEndSessions"
PATIENCE_SECONDS = 6
"""A save goes on at the latest after two calls that the bridge lets run into their limits."""
CALLS = 2
"""Of the bridge, to end sessions: who it is, and the DELETE."""
NOT_ENDED = {"en": "could not be ended yet", "pl": "nie udało się jeszcze zakończyć"}

Ending = Callable[[RestUser, str], object]


def switch_off(user: RestUser, profile: str) -> object:
    return user.done("PUT", f"KsefProfile/{profile}", {"status": "Inactive"})


def delete(user: RestUser, profile: str) -> object:
    return user.done("DELETE", f"KsefProfile/{profile}")


def delete_with_others(user: RestUser, profile: str) -> object:
    body = {"entityType": "KsefProfile", "action": "delete", "params": {"ids": [profile]}}
    return user.done("POST", "MassAction", body)


ENDINGS: tuple[Ending, ...] = (switch_off, delete, delete_with_others)


class Company:
    """A profile that is logged in."""

    def __init__(self, bridge: Installation, records: Records) -> None:
        self.bridge = bridge
        self.nip = new_nip()
        token = bridge.new_ksef_token(self.nip)
        self.profile = records.token_profile("Wylogowana", self.nip, token)
        self.log_in()

    def log_in(self) -> None:
        assert self.bridge.access_token(self.profile).status == 200

    def open_sessions(self) -> int:
        return sum(not each["revoked"] for each in self.bridge.ksef_sessions(self.nip))


@pytest.fixture
def company(bridge: Installation, records: Records) -> Company:
    made = Company(bridge, records)
    assert made.open_sessions() == 1
    return made


@pytest.fixture
def bridge_away(root_user: RestUser, bridge: Installation) -> Iterator[None]:
    url = f"http://127.0.0.1:{free_port()}"
    with other_bridge(root_user, bridge, url, bridge.api_key):
        yield


@pytest.mark.parametrize("end", ENDINGS)
def test_the_sessions_end_at_once(end: Ending, company: Company, records: Records) -> None:
    end(records.user, company.profile)

    assert company.open_sessions() == 0


def test_an_inactive_profile_says_nothing_of_sessions_that_were_ended(
    company: Company, records: Records
) -> None:
    saved = switch_off(records.user, company.profile)

    assert isinstance(saved, dict)
    assert saved["sessionsMayBeOpen"] is False


@pytest.mark.parametrize("end", ENDINGS)
def test_a_job_ends_them_when_the_bridge_is_back(
    end: Ending,
    company: Company,
    records: Records,
    espocrm: EspoCrm,
    bridge: Installation,
    root_user: RestUser,
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with other_bridge(root_user, bridge, url, bridge.api_key):
        end(records.user, company.profile)
        espocrm.run_job(JOB)
    assert company.open_sessions() == 1

    espocrm.run_job(JOB)

    assert company.open_sessions() == 0
    assert rows(espocrm, company.profile) == [{"sessions_may_be_open": 0}]


def rows(espocrm: EspoCrm, profile: str) -> list[dict[str, object]]:
    return espocrm.rows("SELECT sessions_may_be_open FROM ksef_profile WHERE id = :id", id=profile)


def test_what_a_killed_request_left_is_ended_by_the_job(company: Company, espocrm: EspoCrm) -> None:
    # As after a kill between the row and the call: nothing but the row was written.
    espocrm.execute(
        "UPDATE ksef_profile SET deleted = 1, delete_id = id WHERE id = :id", id=company.profile
    )

    espocrm.run_job(JOB)

    assert company.open_sessions() == 0


def test_a_profile_that_is_active_again_keeps_its_session(
    company: Company, records: Records, espocrm: EspoCrm, bridge_away: None
) -> None:
    switch_off(records.user, company.profile)
    records.user.done("PUT", f"KsefProfile/{company.profile}", {"status": "Active"})

    espocrm.run_job(JOB)

    assert company.open_sessions() == 1
    assert rows(espocrm, company.profile) == [{"sessions_may_be_open": 1}]


def switched_on_and_off(records: Records, espocrm: EspoCrm, profile: str) -> None:
    records.user.done("PUT", f"KsefProfile/{profile}", {"status": "Active"})
    # Past the hooks: otherwise this would end the session by itself.
    espocrm.execute("UPDATE ksef_profile SET status = 'Inactive' WHERE id = :id", id=profile)


def restored(records: Records, espocrm: EspoCrm, profile: str) -> None:
    espocrm.execute("UPDATE ksef_profile SET status = 'Active' WHERE id = :id", id=profile)
    records.user.done("POST", "KsefProfile/action/restoreDeleted", {"id": profile})


@pytest.mark.parametrize(
    ("end", "come_back"), [(switch_off, switched_on_and_off), (delete, restored)]
)
def test_a_session_begun_while_the_job_is_at_it_is_not_forgotten(
    end: Ending,
    come_back: Callable[[Records, EspoCrm, str], None],
    company: Company,
    records: Records,
    espocrm: EspoCrm,
    bridge: Installation,
    root_user: RestUser,
) -> None:
    # What other tests left behind would be asked for first, one by one.
    espocrm.run_job(JOB)
    away = f"http://127.0.0.1:{free_port()}"
    with other_bridge(root_user, bridge, away, bridge.api_key):
        end(records.user, company.profile)

    with (
        listening(ending_slowly(seconds=3)) as fake,
        other_bridge(root_user, bridge, fake.url, bridge.api_key),
    ):
        job = threading.Thread(target=lambda: espocrm.run_job(JOB))
        job.start()
        while len(fake.bodies) < CALLS and job.is_alive():
            time.sleep(0.05)
        come_back(records, espocrm, company.profile)
        job.join()

    assert rows(espocrm, company.profile) == [{"sessions_may_be_open": 1}]


def test_switched_off_a_second_time_it_is_logged_out_again(
    company: Company, records: Records
) -> None:
    for _ in range(2):
        records.user.done("PUT", f"KsefProfile/{company.profile}", {"status": "Active"})
        company.log_in()
        switch_off(records.user, company.profile)
        assert company.open_sessions() == 0


def test_a_slow_bridge_holds_nobody_up(
    bridge: Installation, records: Records, root_user: RestUser, espocrm: EspoCrm
) -> None:
    companies = [Company(bridge, records) for _ in range(3)]
    ids = [each.profile for each in companies]
    body = {"entityType": "KsefProfile", "action": "delete", "params": {"ids": ids}}

    with (
        listening(answering_too_late()) as fake,
        other_bridge(root_user, bridge, fake.url, bridge.api_key),
    ):
        start = time.monotonic()
        assert records.user.done("POST", "MassAction", body)["count"] == len(ids)
        seconds = time.monotonic() - start

    assert seconds < PATIENCE_SECONDS
    espocrm.run_job(JOB)
    assert [each.open_sessions() for each in companies] == [0, 0, 0]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_profile_says_so(
    language: str,
    company: Company,
    administrators: dict[str, RestUser],
    espocrm: EspoCrm,
    bridge: Installation,
    root_user: RestUser,
    logging_in: LoggingIn,
) -> None:
    user = administrators[language]
    url = f"http://127.0.0.1:{free_port()}"
    with other_bridge(root_user, bridge, url, bridge.api_key):
        switch_off(user, company.profile)
    shown = '.field[data-name="sessionsMayBeOpen"]:visible'

    with logging_in(language) as screen:
        screen.open(f"#KsefProfile/view/{company.profile}", shown)
        assert NOT_ENDED[language] in screen.text_of(shown)
        screen.picture("left-sessions")
        espocrm.run_job(JOB)
        screen.open(f"#KsefProfile/view/{company.profile}", 'button[data-name="edit"]')
        assert screen.page.locator(shown).count() == 0
        assert screen.problems == []
