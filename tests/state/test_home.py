"""Whose bridge this is: addresses in one spelling, what differs from home, and what rests then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy.engine import make_url

from bridge.credentials.environment import Environment
from bridge.state.database import StateDatabase
from bridge.state.errors import AwayFromHome
from bridge.state.home import (
    Elsewhere,
    Home,
    HomeGuard,
    Homes,
    SiteUrlUnusable,
    database_of,
    elsewhere,
    note_caller,
    site_of,
)
from tests.state.databases import state_at

SITE = "https://crm.example.pl"
DATABASE = "db.example:3306/espocrm"
COPY = "db.example:3306/espocrm_test"
HOME = Home(SITE, DATABASE)


@pytest.mark.parametrize(
    ("written", "site"),
    [
        ("https://crm.example.pl", SITE),
        ("HTTPS://CRM.Example.PL", SITE),
        ("https://crm.example.pl/", SITE),
        ("https://crm.example.pl:443//", SITE),
        (" https://crm.example.pl\n", SITE),
        ("https://admin:password@crm.example.pl/?a=1#b", SITE),
        ("http://crm.example.pl:80", "http://crm.example.pl"),
        ("http://crm.example.pl:443", "http://crm.example.pl:443"),
        ("https://crm.example.pl:8443/Espo/", "https://crm.example.pl:8443/Espo"),
        ("http://[::1]:80/crm", "http://[::1]/crm"),
        ("https://crm.żółw.pl/dział 1", "https://crm.xn--w-uga1v8h.pl/dzia%C5%82%201"),
        (
            "https://crm.%C5%BC%C3%B3%C5%82w.pl/dzia%c5%82%201",
            "https://crm.xn--w-uga1v8h.pl/dzia%C5%82%201",
        ),
        ("https://crm.example.pl/$(id);'`", "https://crm.example.pl/%24%28id%29%3B%27%60"),
    ],
)
def test_an_address_has_one_spelling(written: str, site: str) -> None:
    assert site_of(written) == site
    assert site_of(site) == site


@pytest.mark.parametrize(
    "one", ["http://crm.example.pl", "https://crm.example.pl/test", "https://a.pl"]
)
def test_another_address_is_another(one: str) -> None:
    assert site_of(one) != SITE


@pytest.mark.parametrize(
    "written",
    [
        "",
        "crm.example.pl",
        "ftp://crm.example.pl",
        "https://",
        "https://a b/",
        "https://a..pl",
        "https://a:99999",
        "https://[::1",
        "https://$(id)/",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(SiteUrlUnusable):
        site_of(written)


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("mysql+pymysql://reader:secret@DB.example/espocrm?charset=utf8mb4", DATABASE),
        ("mysql+pymysql://other@db.example:3306/espocrm?ssl_ca=/ca.pem", DATABASE),
        ("mysql+pymysql://db.example:3307/espocrm", "db.example:3307/espocrm"),
        ("mysql+pymysql://db.example/Espocrm", "db.example:3306/Espocrm"),
        (
            "mysql+pymysql://u@/espo?unix_socket=/run/mysqld/mysqld.sock",
            "/run/mysqld/mysqld.sock/espo",
        ),
        ("sqlite:////var/lib/espocrm.sqlite3", "/var/lib/espocrm.sqlite3"),
    ],
)
def test_a_database_is_named_without_account_and_password(url: str, database: str) -> None:
    assert database_of(make_url(url)) == database


@pytest.mark.parametrize(
    ("database", "site", "found"),
    [
        (DATABASE, SITE, None),
        (DATABASE, None, None),
        (DATABASE, "https://test.example.pl", Elsewhere(SITE, "https://test.example.pl")),
        (COPY, SITE, Elsewhere(DATABASE, COPY)),
        (COPY, None, Elsewhere(DATABASE, COPY)),
    ],
)
def test_what_differs_from_home(database: str, site: str | None, found: Elsewhere | None) -> None:
    assert elsewhere(HOME, database, site) == found


def test_a_home_is_kept_replaced_and_forgotten(state: StateDatabase) -> None:
    homes = Homes(state)
    assert homes.get() is None
    assert not homes.forget()
    for home in (HOME, HOME, Home("https://new.example.pl", COPY)):
        homes.set(home)
        assert homes.get() == home
    assert homes.forget()
    assert homes.get() is None


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[Homes]:
    state = state_at(f"sqlite:///{tmp_path}/state.sqlite3")
    yield Homes(state)
    state.engine.dispose()


def guard(homes: Homes, database: str) -> HomeGuard:
    """That of a bridge that has just started."""
    return HomeGuard(homes, database)


def test_without_a_home_nothing_is_compared(homes: Homes) -> None:
    note_caller("https://anywhere.example.pl")
    guard(homes, COPY).check_change()
    assert not guard(homes, COPY).is_away()


@pytest.mark.parametrize(
    ("database", "caller", "here", "site"),
    [
        (COPY, None, COPY, SITE),
        (COPY, f"{SITE}/", COPY, SITE),
        (
            DATABASE,
            "https://Test.example.pl/",
            "https://test.example.pl",
            "https://test.example.pl",
        ),
        (DATABASE, "no address <&>", "no%20address%20%3C%26%3E", "no%20address%20%3C%26%3E"),
    ],
)
def test_away_from_home_what_counts_is_refused_and_logged(
    homes: Homes, database: str, caller: str | None, here: str, site: str
) -> None:
    homes.set(HOME)
    note_caller(caller)
    away = guard(homes, database)
    with structlog.testing.capture_logs() as logged, pytest.raises(AwayFromHome) as refused:
        away.check_change()
    home = DATABASE if database == COPY else SITE
    assert refused.value.code == "bridge-of-another-home"
    assert refused.value.params == {"home": home, "here": here, "site": site}
    assert [(each["event"], each["home"], each["here"]) for each in logged] == [
        ("bridge-of-another-home", home, here)
    ]
    with pytest.raises(AwayFromHome):
        away.check_login(Environment.PRODUCTION)
    away.check_login(Environment.TEST)
    away.check_login(Environment.DEMO)


@pytest.mark.parametrize("caller", [None, "", SITE, "HTTPS://crm.example.pl:443/"])
def test_at_home_nothing_is_refused(homes: Homes, caller: str | None) -> None:
    homes.set(HOME)
    note_caller("https://before.example.pl")
    note_caller(caller)
    at_home = guard(homes, DATABASE)
    at_home.check_change()
    at_home.check_login(Environment.PRODUCTION)
    assert not at_home.is_away()


def test_what_goes_on_by_itself_is_judged_by_the_database_and_told_once(homes: Homes) -> None:
    homes.set(HOME)
    note_caller("https://test.example.pl")
    assert not guard(homes, DATABASE).is_away()
    away = guard(homes, COPY)
    with structlog.testing.capture_logs() as logged:
        assert all(away.is_away() for _ in range(3))
    assert [each["event"] for each in logged] == ["bridge-of-another-home"]


def test_a_running_bridge_takes_a_new_home_up(
    homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 100.0
    monkeypatch.setattr("bridge.state.home.time.monotonic", lambda: moment)
    note_caller(None)
    running = guard(homes, DATABASE)
    homes.set(Home(SITE, COPY))
    assert running.is_away()
    homes.set(HOME)
    moment += 1.1
    assert not running.is_away()
