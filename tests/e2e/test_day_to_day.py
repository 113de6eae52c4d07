"""What an administrator sees day by day: the dashlet, and when the jobs ran last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.certificate_life import Life
from tests.e2e.dashboard import DASHLET, dashboard
from tests.e2e.espocrm import EspoCrm
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip
from tests.processes import free_port
from tests.secret_register import register_secret

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

JOB = "KsefCheckConnections"
TESTED = {"en": "Connections tested: 1", "pl": "Sprawdzone połączenia: 1"}
AWAY = {"en": "The bridge was away", "pl": "Mostek był niedostępny"}
STOPPED = {"en": "cron does not run", "pl": "Cron EspoCRM nie działa"}
IS_WHOLLY_SHOWN = "body => body.scrollHeight <= body.clientHeight"
NO_ACCESS = {"en": "No Access", "pl": "Brak dostępu"}


def run_by_cron(espocrm: EspoCrm) -> None:
    """The job is due, and EspoCRM's cron runs it."""
    espocrm.execute("DELETE FROM job WHERE status = 'Pending'")
    espocrm.execute(
        "INSERT INTO job (id, name, status, scheduled_job_id, execute_time, created_at,"
        " attempts, deleted)"
        " SELECT SUBSTRING(MD5(RAND()), 1, 17), name, 'Pending', id,"
        " UTC_TIMESTAMP() - INTERVAL 5 SECOND, UTC_TIMESTAMP(), 0, 0 FROM scheduled_job"
        " WHERE job = :job AND deleted = 0",
        job=JOB,
    )
    espocrm.run_cron()


def job(user: RestUser) -> Any:
    [found] = [each for each in user.done("GET", "KsefBridge/jobs")["jobs"] if each["name"] == JOB]
    return found


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_page_of_the_bridge_says_when_jobs_ran_and_what_they_did(
    language: str,
    life: Life,
    bridge: Installation,
    administrators: dict[str, RestUser],
    logging_in: LoggingIn,
) -> None:
    nip = new_nip()
    life.records.token_profile(f"Sprawdzana {language}", nip, bridge.new_ksef_token(nip))
    user = administrators[language]
    row = f'.ksef-jobs tr[data-name="{JOB}"]'

    run_by_cron(life.espocrm)
    assert job(user)["outcome"] == {"done": 1, "failed": 0, "isBridgeAway": False}
    with logging_in(language) as screen:
        screen.open("#Admin/ksefBridge", row)
        assert TESTED[language] in screen.text_of(row)
        assert screen.page.locator(".ksef-jobs tr").count() >= 7
        assert screen.page.locator(".ksef-jobs .alert-danger").count() == 0
        screen.picture("jobs")

        nobody = f"http://127.0.0.1:{free_port()}"
        with other_bridge(user, bridge, nobody, register_secret("another-key-of-nobodys")):
            run_by_cron(life.espocrm)
        long_ago(life.espocrm)
        screen.open("#Admin/ksefBridge", ".ksef-jobs .alert-danger")
        assert STOPPED[language] in screen.text_of(".ksef-jobs .alert-danger")
        assert AWAY[language] in screen.text_of(f"{row} .label-danger")
        screen.picture("jobs-no-cron")
        assert screen.problems == []
    assert not user.done("GET", "KsefBridge/jobs")["isCronRunning"]
    run_by_cron(life.espocrm)
    assert user.done("GET", "KsefBridge/jobs")["isCronRunning"]


def long_ago(espocrm: EspoCrm) -> None:
    """All that the jobs did was an hour ago."""
    espocrm.execute(
        "UPDATE job JOIN scheduled_job ON scheduled_job.id = job.scheduled_job_id"
        " SET started_at = started_at - INTERVAL 1 HOUR WHERE scheduled_job.job LIKE 'Ksef%'"
    )
    espocrm.execute(
        "UPDATE scheduled_job SET created_at = created_at - INTERVAL 1 HOUR,"
        " last_run = last_run - INTERVAL 1 HOUR WHERE job LIKE 'Ksef%'"
    )


# The second one ends before the first, which is still there.
@pytest.mark.parametrize(("language", "days"), [("en", 5), ("pl", 4)])
def test_the_dashlet_shows_what_ends_next(
    language: str,
    days: int,
    life: Life,
    bridge: Installation,
    administrators: dict[str, RestUser],
    logging_in: LoggingIn,
) -> None:
    nip = new_nip()
    certificate = life.certificate(nip, name=f"Kończy się {language}")
    life.end_in(certificate, days + 0.5)
    life.records.certificate_profile(f"Na pulpicie {language}", nip, certificate)
    user = administrators[language]
    with dashboard(user), logging_in(language) as screen:
        screen.open("#Home", f"{DASHLET} .ksef-ends tbody tr")
        first = screen.page.locator(f"{DASHLET} .ksef-ends tbody tr").first
        assert first.locator(".label-danger").inner_text() == str(days)
        assert first.locator("a").inner_text() == f"Kończy się {language}"
        numbers = {
            str(row.get_attribute("data-name")): int(row.locator(".label").inner_text())
            for row in screen.page.locator(f"{DASHLET} .ksef-overview tr").all()
        }
        assert numbers["notTested"] == 1
        screen.picture("dashlet")
        first.locator("a").click()
        screen.page.wait_for_selector('.field[data-name="facts"]')
        assert screen.problems == []
    ends = user.done("GET", "KsefBridge/ends")["list"]
    assert [each["days"] for each in ends] == sorted(each["days"] for each in ends)


def test_an_added_dashlet_is_as_high_as_what_it_shows(
    life: Life, administrators: dict[str, RestUser], logging_in: LoggingIn
) -> None:
    for days in (3, 6):
        life.end_in(life.certificate(new_nip()), days + 0.5)
    with dashboard(administrators["pl"], []), logging_in("pl") as screen:
        page = screen.page
        screen.open("#Home", "#main .dashboard-buttons")
        page.click("#main .dashboard-buttons .dropdown-toggle")
        page.click('#main [data-action="addDashlet"]')
        page.click('.modal.in a[data-name="Ksef"]')
        page.wait_for_selector(f"{DASHLET} .ksef-ends tbody tr:nth-child(2)")
        item = page.locator(f".grid-stack-item:has({DASHLET})")
        page.wait_for_function(IS_WHOLLY_SHOWN, arg=item.locator(".panel-body").element_handle())
        high = item.get_attribute("gs-h")
        screen.picture("dashlet-added")
        # The dashboard was stored so.
        screen.open("#Home", f"{DASHLET} .ksef-ends tbody tr")
        assert item.get_attribute("gs-h") == high
        assert screen.problems == []


def test_tokens_are_one_line_with_the_day_of_the_law(
    life: Life, bridge: Installation, root_user: RestUser
) -> None:
    for name in ("Pierwsza", "Druga"):
        nip = new_nip()
        profile = life.records.token_profile(name, nip, bridge.new_ksef_token(nip))
        tokens = tokens_of(root_user)
        if name == "Pierwsza":
            assert (tokens["id"], tokens["name"], tokens["count"]) == (profile, name, 1)
    tokens = tokens_of(root_user)
    assert (tokens["id"], tokens["count"]) == (None, 2)
    with other_bridge(root_user, bridge, f"http://127.0.0.1:{free_port()}", bridge.api_key):
        ends = root_user.done("GET", "KsefBridge/ends")["list"]
        assert "Token" not in [each["kind"] for each in ends], "their end is not known now"


def tokens_of(user: RestUser) -> Any:
    ends = user.done("GET", "KsefBridge/ends")["list"]
    [tokens] = [each for each in ends if each["kind"] == "Token"]
    assert tokens["moment"] == "2026-12-31"
    return tokens


def test_others_see_a_word_where_somebody_put_it_on_their_dashboard(
    browser: Browser,
    bridge: Installation,
    espocrm: EspoCrm,
    outsiders: dict[str, RestUser],
    passwords: dict[str, str],
    screenshots: Path,
) -> None:
    user = outsiders["regular"]
    password = passwords[user.name]
    with (
        dashboard(user),
        Screen.logged_in(browser, user.url, user.name, password, "pl", screenshots) as screen,
    ):
        asked: list[str] = []
        screen.page.on("request", lambda request: asked.append(request.url))
        screen.open("#Home", DASHLET)
        assert screen.text_of(DASHLET) == NO_ACCESS["pl"]
        assert [each for each in asked if "KsefBridge" in each] == []
        screen.picture("dashlet-of-others")
        assert screen.problems == []
