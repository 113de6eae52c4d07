"""The EspoCRM under test with the extension in it, simulator and bridge beside it."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.bridge_settings import bridge_url, enter_bridge
from tests.e2e.browser import LoggingIn, Screen, chromium
from tests.e2e.certificate_life import Life
from tests.e2e.espocrm import EXTENSION, EspoCrm, log_level
from tests.e2e.given_installation import GivenInstallation, given_installation
from tests.e2e.mail_sink import MailSink, mail_sink, sending_through
from tests.e2e.packages import built_package, this_version
from tests.e2e.people import (
    made_administrator,
    made_api_user,
    made_portal_user,
    made_regular_user,
)
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.e2e.signing_dialog import NewDialog, SigningDialog
from tests.installation import Installation, new_nip
from tests.processes import COMMAND, RunningCommand
from tests.secret_register import register_secret

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without an EspoCRM every test here is skipped, and says so."""
    found = given_installation()
    if isinstance(found, str):
        for item in items:
            if item.path.parent == Path(__file__).parent:
                item.add_marker(pytest.mark.skip(reason=found))


@pytest.fixture(scope="session")
def given() -> GivenInstallation:
    """The installation that the environment names."""
    found = given_installation()
    assert isinstance(found, GivenInstallation)
    return found


@pytest.fixture(scope="session")
def screenshots(given: GivenInstallation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures and the table of refusals are left."""
    folder = given.screenshots or tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def transcript(artifacts: Path) -> Path:
    """Every REST answer of the run."""
    return artifacts / "rest-answers.log"


@pytest.fixture(scope="session")
def root_user(given: GivenInstallation, transcript: Path) -> RestUser:
    """The administrator that was given; it makes the others."""
    return RestUser.by_password(
        given.url, given.administrator, register_secret(given.password), transcript
    )


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of this tree."""
    return built_package(tmp_path_factory.mktemp("package"), this_version())


@pytest.fixture(scope="session")
def espocrm(given: GivenInstallation, root_user: RestUser, package: Path) -> Iterator[EspoCrm]:
    """EspoCRM with the extension installed by the command line, at log level DEBUG."""
    found = EspoCrm(given)
    listed = root_user.done("GET", "Extension?maxSize=200&select=name,isInstalled")["list"]
    if any(each["name"] == EXTENSION and each["isInstalled"] for each in listed):
        found.uninstall()
    found.install(package)
    # At this level EspoCRM writes more than anybody wants to see: the last test looks for it.
    with log_level(found, "DEBUG"):
        yield found
    found.engine.dispose()


@pytest.fixture(scope="module", autouse=True)
def at_rest_afterwards(espocrm: EspoCrm) -> Iterator[None]:
    """What a module leaves behind is switched off: jobs of the next ones pass it over.

    KSeF's limits would have them wait for minutes for what nobody looks at any more, and lists
    would begin with it.
    """
    yield
    espocrm.execute("UPDATE ksef_profile SET status = 'Inactive' WHERE status = 'Active'")
    espocrm.execute(
        "UPDATE ksef_certificate SET status = 'Inactive',"
        " valid_to = UTC_TIMESTAMP() + INTERVAL 700 DAY WHERE status <> 'Requested'"
    )


@pytest.fixture(scope="session")
def installation(
    espocrm: EspoCrm, artifacts: Path, simulator: RunningCommand
) -> Iterator[Installation]:
    """The running bridge, reading EspoCRM's own database."""
    made = Installation.create(artifacts / "e2e-bridge", simulator, [COMMAND])
    url = espocrm.database_url.render_as_string(hide_password=False)
    made.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"] = url
    # The simulator plays Demo as well: both environments' certificates have one issuer.
    made.environment["KSEF_BRIDGE_KSEF_URL_DEMO"] = made.environment["KSEF_BRIDGE_KSEF_URL_TEST"]
    with made.running():
        yield made


@pytest.fixture(scope="session")
def bridge(root_user: RestUser, installation: Installation) -> Installation:
    """The bridge that EspoCRM knows: its URL and API key are entered by REST."""
    enter_bridge(root_user, bridge_url(installation), installation.api_key)
    health = root_user.done("GET", "KsefBridge/health")
    assert health["status"] == "ok", health
    return installation


@pytest.fixture(scope="session")
def passwords() -> dict[str, str]:
    """By user name: what the browser types in."""
    return {}


@pytest.fixture(scope="session")
def administrators(
    espocrm: EspoCrm, root_user: RestUser, passwords: dict[str, str]
) -> Iterator[dict[str, RestUser]]:
    """One administrator who reads English, one who reads Polish."""
    with contextlib.ExitStack() as stack:
        made = {}
        for language in ("en", "pl"):
            user, password = stack.enter_context(made_administrator(root_user, language))
            passwords[user.name] = password
            made[language] = user
        yield made


@pytest.fixture(scope="session")
def outsiders(
    espocrm: EspoCrm, root_user: RestUser, passwords: dict[str, str]
) -> Iterator[dict[str, RestUser]]:
    """Those who may see nothing of ours."""
    with contextlib.ExitStack() as stack:
        regular, password = stack.enter_context(made_regular_user(root_user))
        passwords[regular.name] = password
        yield {
            "regular": regular,
            "api": stack.enter_context(made_api_user(root_user)),
            "portal": stack.enter_context(made_portal_user(root_user)),
        }


@pytest.fixture(scope="session")
def records(administrators: dict[str, RestUser], bridge: Installation) -> Records:
    """The records of the English administrator."""
    return Records(administrators["en"])


@pytest.fixture(scope="session")
def everybody(administrators: dict[str, RestUser], root_user: RestUser) -> Counter[str]:
    """Each administrator, once."""
    return Counter([root_user.name, *(each.name for each in administrators.values())])


@pytest.fixture
def uploads_left(espocrm: EspoCrm) -> Iterator[Callable[[], int]]:
    """How many files there are now that there were not before; after the test none."""

    def count() -> int:
        [row] = espocrm.rows(
            "SELECT count(*) AS count FROM attachment WHERE related_type = 'KsefCertificate'"
            " AND field IN ('certificateFile', 'keyFile')"
        )
        return int(row["count"])

    before = count()
    yield lambda: count() - before
    assert count() == before


@pytest.fixture
def life(
    espocrm: EspoCrm, records: Records, bridge: Installation, tmp_path: Path
) -> Iterator[Life]:
    """Certificates in use, whose profiles the jobs pass over once the test is done."""
    with Life(espocrm, records, bridge, tmp_path).ending_with_the_test() as made:
        yield made


@pytest.fixture(scope="session")
def addresses(administrators: dict[str, RestUser], espocrm: EspoCrm) -> dict[str, str]:
    """By language: where the two administrators get their mail."""
    for user in administrators.values():
        [row] = espocrm.rows("SELECT id FROM user WHERE user_name = :name", name=user.name)
        address = f"{user.name}@example.com"
        user.done("PUT", f"User/{row['id']}", {"emailAddress": address})
    return {language: f"{user.name}@example.com" for language, user in administrators.items()}


@pytest.fixture
def mails(espocrm: EspoCrm, root_user: RestUser, addresses: dict[str, str]) -> Iterator[MailSink]:
    """The SMTP server through which EspoCRM sends while the test runs."""
    with mail_sink() as sink, sending_through(espocrm, root_user, sink.port):
        yield sink


@pytest.fixture(scope="module")
def browser(given: GivenInstallation) -> Iterator[Browser]:
    """One Chromium for the tests of a module, each with a profile of its own in it."""
    with chromium(given.url) as started:
        yield started


@pytest.fixture(scope="module")
def logging_in(
    browser: Browser,
    administrators: dict[str, RestUser],
    passwords: dict[str, str],
    screenshots: Path,
) -> LoggingIn:
    """Opens a window in which the administrator of a language has logged in."""

    def logged_in(language: str) -> AbstractContextManager[Screen]:
        user = administrators[language]
        password = passwords[user.name]
        return Screen.logged_in(browser, user.url, user.name, password, language, screenshots)

    return logged_in


@pytest.fixture(scope="module", params=["en", "pl"])
def screen(request: pytest.FixtureRequest, logging_in: LoggingIn) -> Iterator[Screen]:
    """What the administrator of each language sees, in one window for the tests of a module."""
    with logging_in(request.param) as opened:
        yield opened


@pytest.fixture(params=["en", "pl"])
def new_screen(request: pytest.FixtureRequest, logging_in: LoggingIn) -> Iterator[Screen]:
    """The same in a window of each test's own."""
    with logging_in(request.param) as opened:
        yield opened


@pytest.fixture
def new_dialog(
    screen: Screen,
    administrators: dict[str, RestUser],
    bridge: Installation,
    tmp_path: Path,
) -> Iterator[NewDialog]:
    """The dialog of a new profile, which has nothing to log in with, or a token."""
    records = Records(administrators[screen.language])

    def made(*, has_token: bool = False, **more: object) -> SigningDialog:
        nip = new_nip()
        login = {"authorizationType": "Certificate"}
        if has_token:
            login = {"authorizationType": "Token", "token": bridge.new_ksef_token(nip)}
        answer = records.save_profile(name=f"Zakład „Żółć” {nip}", nip=nip, **login, **more)
        assert answer.status == 200, answer.body
        return SigningDialog(screen, records, answer.json["id"], tmp_path / nip)

    yield made
    assert screen.problems == []
