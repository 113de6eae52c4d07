"""`ksef-bridge home`: what an administrator types, and reads in his language."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.commands.home import HomeCode
from bridge.messages import Catalogue, Language
from bridge.settings import load_settings
from bridge.state.home import database_of
from tests.forked_command import run_to_end
from tests.installation import Installation
from tests.processes import RunningCommand, free_port

SITE = "https://crm.example.pl"
LANGUAGES: tuple[Language, ...] = ("en", "pl")
DOCUMENTATION = "https://docs.example"
Environment = dict[str, str]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture(scope="module")
def settings(artifacts: Path, simulator: RunningCommand) -> Environment:
    """Those of a bridge that never ran."""
    return Installation.create(artifacts / "installation-home", simulator).environment


@pytest.fixture
def environment(settings: Environment, tmp_path: Path) -> Environment:
    """With a state database that nobody has made yet, in a folder that is not there."""
    return {**settings, "KSEF_BRIDGE_STATE_DATABASE_URL": f"sqlite:///{tmp_path}/new/state.sqlite3"}


def home(environment: Environment, *arguments: str) -> str:
    """What is said of a success."""
    finished = run_to_end(["home", *arguments], environment)
    assert (finished.returncode, finished.stderr) == (0, b"")
    return finished.stdout.decode().strip()


def refused(environment: Environment, *arguments: str) -> str:
    """What is said of a failure, on standard error."""
    finished = run_to_end(["home", *arguments], environment)
    assert (finished.returncode, finished.stdout) == (1, b"")
    # What the log says of it may stand above.
    _, is_told, said = finished.stderr.decode().strip().rpartition("Error: ")
    assert is_told
    return said


def words(code: str, language: Language, **params: str) -> str:
    return Catalogue.load().text(code, language, params)


def database(environment: Environment) -> str:
    return database_of(load_settings(environment).espocrm_database_url)


def test_it_is_set_shown_and_forgotten(environment: Environment, language: Language) -> None:
    speak = ("--language", language)
    here = {"home": SITE, "database": database(environment)}
    assert home(environment, "show", *speak) == words(HomeCode.NOT_SET, language)
    assert home(environment, "forget", *speak) == words(HomeCode.NOT_SET, language)

    typed = ("--site-url", "HTTPS://CRM.Example.pl:443/")
    assert home(environment, "set", *typed, *speak) == words(HomeCode.SET, language, **here)
    assert home(environment, "show", *speak) == words(HomeCode.IS_THIS, language, **here)

    assert home(environment, "forget", *speak) == words(HomeCode.FORGOTTEN, language)
    assert home(environment, "show", *speak) == words(HomeCode.NOT_SET, language)


def test_on_another_database_it_says_what_to_do(
    environment: Environment, language: Language, tmp_path: Path
) -> None:
    speak = ("--language", language)
    home(environment, "set", "--site-url", SITE)
    copy = {**environment, "KSEF_BRIDGE_ESPOCRM_DATABASE_URL": f"sqlite:///{tmp_path}/copy.sqlite3"}

    belongs, but = home(copy, "show", *speak).splitlines()
    assert belongs == words(HomeCode.IS_THIS, language, home=SITE, database=database(environment))
    assert but == words(HomeCode.IS_ANOTHER, language, here=database(copy), site=SITE)
    assert f"`ksef-bridge home set --site-url {SITE}`" in but

    home(copy, "set", "--site-url", SITE)
    [belongs] = home(copy, "show", *speak).splitlines()
    assert database(copy) in belongs


@pytest.mark.parametrize("url", ["", "crm.example.pl", "ftp://crm.example.pl", "https://a b/"])
def test_a_wrong_address_is_refused(environment: Environment, url: str) -> None:
    said = refused(environment, "set", "--site-url", url, "--language", "en")
    assert said == words(HomeCode.SITE_URL_UNUSABLE, "en")


def test_a_wrong_address_changes_nothing(environment: Environment, language: Language) -> None:
    home(environment, "set", "--site-url", SITE)
    said = refused(environment, "set", "--site-url", "-", "--language", language)
    assert said == words(HomeCode.SITE_URL_UNUSABLE, language)
    assert SITE in home(environment, "show")


def test_where_there_is_a_site_the_page_is_below_what_is_refused(
    environment: Environment, language: Language
) -> None:
    told = {**environment, "KSEF_BRIDGE_DOCUMENTATION_URL": DOCUMENTATION}
    said, page = refused(told, "set", "--site-url", "-", "--language", language).splitlines()
    assert said == words(HomeCode.SITE_URL_UNUSABLE, language)
    assert page.startswith(DOCUMENTATION)
    assert page.endswith(f"/messages/{HomeCode.SITE_URL_UNUSABLE}/")


@pytest.mark.parametrize("arguments", [("show",), ("set", "--site-url", SITE), ("forget",)])
def test_a_state_database_that_is_away_is_told(
    environment: Environment, language: Language, arguments: tuple[str, ...]
) -> None:
    away = f"mysql+pymysql://bridge@127.0.0.1:{free_port()}/state"
    environment["KSEF_BRIDGE_STATE_DATABASE_URL"] = away
    said = refused(environment, *arguments, "--language", language)
    assert said == words("state-unreachable", language)


def test_a_state_that_cannot_be_made_is_told(environment: Environment) -> None:
    environment["KSEF_BRIDGE_STATE_DATABASE_URL"] = "sqlite:////dev/null/state/ksef.sqlite3"
    said = refused(environment, "set", "--site-url", SITE)
    assert "/dev/null/state/ksef.sqlite3 cannot be made: Not a directory; give its folder" in said


def test_a_missing_setting_is_named(environment: Environment) -> None:
    environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"] = ""
    assert "KSEF_BRIDGE_ESPOCRM_DATABASE_URL" in refused(environment, "show")


def test_the_language_is_that_of_the_locale(environment: Environment) -> None:
    polish = {**environment, "LC_ALL": "pl_PL.UTF-8"}
    assert home(polish, "show") == words(HomeCode.NOT_SET, "pl")
