"""A copy of an EspoCRM that knows its bridge changes nothing at KSeF, and says what to do."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.state.home import site_of
from tests.access_tokens import take_access_token
from tests.e2e.bridge_settings import bridge_url, other_bridge
from tests.e2e.browser import Screen
from tests.e2e.certificate_life import Life
from tests.e2e.certificate_request import MODAL, press_request
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, difference, new_nip, run_command
from tests.processes import free_port, running
from tests.secret_register import register_secret

COPY = "https://test.crm.example.pl"
CODE = "bridge-of-another-home"
SENTENCE = {
    "en": "This bridge belongs to the EspoCRM at {home}, not to the one at {copy}.",
    "pl": "Ten mostek należy do EspoCRM pod adresem {home}, a nie {copy}.",
}
WHAT_TO_DO = f"ksef-bridge home set --site-url {COPY}"
JOBS = ("KsefCheckConnections", "KsefRenewCertificates", "KsefEndSessions")
LOGIN_BY_TOKEN = "POST /auth/ksef-token"
REPORT = f"{MODAL} .ksef-report"
EDIT = 'button[data-name="edit"]'
LANGUAGES = ("en", "pl")


@dataclass(frozen=True)
class Company:
    """One that logs in by token in Production and by certificate in Test, and another that is
    logged in; their KSeF has been asked for nothing else."""

    life: Life
    home: str
    production: str
    test: str
    login: str
    offline: str
    leaving: str
    leaving_nip: str

    def sentence(self, language: str) -> str:
        return SENTENCE[language].format(home=self.home, copy=COPY)

    def assert_told(self, said: str, language: str) -> None:
        """The command as it is typed; elsewhere Markdown has backslashes."""
        assert self.sentence(language) in said.replace("\\", ""), said
        assert WHAT_TO_DO in said, said

    def calls(self) -> dict[str, int]:
        return self.life.bridge.ksef_calls()

    def certificates(self) -> dict[str, str]:
        """What KSeF has issued: statuses by serial number."""
        listed = self.life.bridge.simulator.call("GET", "/_simulator/certificates").json
        found = listed["certificates"]
        return {each["certificateSerialNumber"]: each["status"] for each in found}

    def requests(self) -> int:
        """How many certificates KSeF was asked for."""
        return self.calls().get("POST /certificates/enrollments", 0)

    def is_logged_in(self) -> bool:
        return any(not each["revoked"] for each in self.life.bridge.ksef_sessions(self.leaving_nip))

    def changes(self) -> dict[str, tuple[str, object]]:
        """What an administrator may have changed at KSeF: routes and bodies."""
        order = {"type": "Offline", "keyAlgorithm": "EC P-256", "name": "Kasa sklepu"}
        return {
            "request": (f"KsefProfile/{self.test}/requestCertificate", order),
            "renewal": (f"KsefCertificate/{self.offline}/renew", {"withPackage": False}),
            "revocation": (f"KsefCertificate/{self.login}/revoke", {"reason": "Superseded"}),
            "logout": (f"KsefProfile/{self.leaving}/logOut", {}),
        }


@pytest.fixture(scope="module")
def own_bridge(
    bridge: Installation,
    root_user: RestUser,
    artifacts: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    """A bridge with a state and a KSeF of its own, which is Production as well: it alone gets a
    home, and what this KSeF was asked for was asked for here."""
    folder = artifacts / "e2e-copied-bridge"
    folder.mkdir()
    port = free_port()
    with running(["simulator", "--port", str(port)], port, folder / "simulator.log") as simulator:
        ksef = f"http://127.0.0.1:{port}/v2"
        own = dataclasses.replace(
            bridge,
            folder=folder,
            simulator=simulator,
            bridge=None,
            environment={
                **bridge.environment,
                "KSEF_BRIDGE_STATE_DATABASE_URL": f"sqlite:///{folder}/state.sqlite3",
                "KSEF_BRIDGE_RUNTIME_FOLDER": str(tmp_path_factory.mktemp("run")),
                "KSEF_BRIDGE_KSEF_URL_TEST": ksef,
                "KSEF_BRIDGE_KSEF_URL_PRODUCTION": ksef,
                "KSEF_BRIDGE_ALLOW": "plain-http-production",
            },
        )
        with own.running(), other_bridge(root_user, bridge, bridge_url(own), own.api_key):
            yield own


@pytest.fixture(scope="module")
def company(
    own_bridge: Installation,
    espocrm: EspoCrm,
    records: Records,
    tmp_path_factory: pytest.TempPathFactory,
) -> Company:
    site = espocrm.configuration("siteUrl")
    run_command("home", "set", "--site-url", site, environment=own_bridge.environment)
    life = Life(espocrm, records, own_bridge, tmp_path_factory.mktemp("files"))
    nip, leaving_nip = new_nip(), new_nip()
    login = life.certificate(nip, name=f"Logowanie {nip}", autoRenew=True)
    offline = life.certificate(nip, "Offline", name=f"Offline {nip}")
    made = Company(
        life,
        site_of(site),
        records.token_profile(
            "Produkcja", nip, own_bridge.new_ksef_token(nip), environment="Production"
        ),
        records.certificate_profile("Test", nip, login, offlineCertificateId=offline),
        login,
        offline,
        records.token_profile("Odchodzi", leaving_nip, own_bridge.new_ksef_token(leaving_nip)),
        leaving_nip,
    )
    assert own_bridge.access_token(made.leaving).status == 200
    assert records.connection_test(made.production)["connectionStatus"] == "Connected"
    life.end_in(login, 20)
    return made


@contextlib.contextmanager
def copied(espocrm: EspoCrm) -> Iterator[None]:
    """EspoCRM has the copy's address until the block ends; all else is as it was copied."""
    home = espocrm.configuration("siteUrl")
    espocrm.configure("siteUrl", COPY)
    try:
        yield
    finally:
        espocrm.configure("siteUrl", home)


@pytest.fixture
def copy(company: Company, espocrm: EspoCrm) -> Iterator[Company]:
    with copied(espocrm):
        yield company


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_tried_is_refused_in_the_readers_language(
    language: str, copy: Company, espocrm: EspoCrm, administrators: dict[str, RestUser]
) -> None:
    user, before = administrators[language], copy.calls()
    for name, (route, body) in copy.changes().items():
        answer = user.call("POST", route, body)
        assert (name, answer.status, answer.codes) == (name, 409, [CODE])
        copy.assert_told(answer.message, language)
    tested = user.done("POST", f"KsefProfile/{copy.production}/testConnection", {})
    [failed] = [step for step in tested["steps"] if step["status"] == "failed"]
    assert failed["code"] == CODE
    copy.assert_told(failed["message"], language)
    access = espocrm.script("access_token.php", copy.production)
    assert access == {
        "code": CODE,
        "params": {"home": copy.home, "here": COPY, "site": COPY},
    }
    assert difference(before, copy.calls()) == {}


def test_what_only_reads_goes_on(copy: Company, records: Records) -> None:
    user = records.user
    assert user.done("GET", "KsefBridge/health")["status"] == "ok"
    assert records.connection_test(copy.test)["connectionStatus"] == "Connected"
    signed = user.done("POST", f"KsefProfile/{copy.test}/tryOfflineSigning", {})
    assert signed["kod2"]["url"]
    dependents = user.done("GET", f"KsefCertificate/{copy.login}/dependents")
    assert [each["id"] for each in dependents["profiles"]] == [copy.test]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_say_it(
    language: str, copy: Company, logging_in: Callable[[str], AbstractContextManager[Screen]]
) -> None:
    before = copy.calls()
    with logging_in(language) as screen:
        screen.open(f"#KsefProfile/view/{copy.production}", EDIT)
        screen.page.click('[data-name="ksefTestConnection"]')
        screen.page.wait_for_selector(REPORT)
        copy.assert_told(screen.text_of(REPORT), language)
        screen.picture("copied-connection-test", whole=False)

        press_request(screen, copy.test)
        screen.page.wait_for_selector(f'{MODAL} .field[data-name="name"] input')
        screen.choose("type", "Offline", MODAL)
        screen.type_in("name", "Kasa sklepu", MODAL)
        press(screen, "request")
        assert_refused(screen, copy, "copied-request")

        screen.open(f"#KsefCertificate/view/{copy.offline}", EDIT)
        screen.page.click('[data-name="ksefRenew"]:visible')
        screen.page.wait_for_selector(f'{MODAL} .field[data-name="withPackage"] input')
        press(screen, "renew")
        assert_refused(screen, copy, "copied-renewal")

        screen.open(f"#KsefCertificate/view/{copy.login}", EDIT)
        screen.page.click("#main .dropdown-item-list-button")
        screen.page.click('#main [data-action="ksefRevoke"]')
        screen.page.wait_for_selector(f"{MODAL} .ksef-introduction ul")
        screen.choose("reason", "Superseded", MODAL)
        press(screen, "continue")
        screen.page.click(f'{MODAL} [data-name="confirm"]')
        assert_refused(screen, copy, "copied-revocation")
        assert screen.problems == []
    assert difference(before, copy.calls()) == {}


def press(screen: Screen, button: str) -> None:
    screen.page.click(f'{MODAL} button[data-name="{button}"]')


def assert_refused(screen: Screen, copy: Company, name: str) -> None:
    """The sentence stands on the page, in a box or a notice."""
    told = screen.page.locator(".modal.in, .alert-danger", has_text=copy.sentence(screen.language))
    told.last.wait_for()
    screen.picture(name, whole=False)
    copy.assert_told(told.last.inner_text(), screen.language)


def test_jobs_change_nothing_and_tell_the_administrators(
    copy: Company, espocrm: EspoCrm, records: Records, administrators: dict[str, RestUser]
) -> None:
    calls, certificates = copy.calls(), copy.certificates()
    # What was told by hand is told again only when the connection has been well in between.
    espocrm.execute(
        "UPDATE ksef_profile SET connection_status = 'Connected', connection_code = NULL"
        " WHERE id = :id",
        id=copy.production,
    )
    records.user.done("PUT", f"KsefProfile/{copy.leaving}", {"status": "Inactive"})
    espocrm.script("run_jobs.php", *JOBS)

    made = difference(calls, copy.calls())
    # In Test the connection is tested, and the test's session ended.
    assert LOGIN_BY_TOKEN not in made
    assert not [each for each in made if "enrollments" in each or "revoke" in each]
    assert copy.certificates() == certificates
    assert copy.is_logged_in()
    assert copy.life.state(copy.production) == ("Failed", CODE)
    assert copy.life.record(copy.login)["renewalCode"] == CODE
    for language, user in administrators.items():
        for about in (f"KsefProfile/view/{copy.production}", f"KsefCertificate/view/{copy.login}"):
            told = copy.life.messages(about)[user.name]
            copy.assert_told(told[-1], language)


def test_where_it_has_moved_all_works_once_the_bridge_is_told(
    copy: Company, espocrm: EspoCrm, records: Records
) -> None:
    environment = copy.life.bridge.environment
    told = run_command("home", "set", "--site-url", COPY, environment=environment)
    assert COPY in told
    # What a running bridge knows of its home is a second old at the most.
    time.sleep(1.1)

    assert records.connection_test(copy.production)["connectionStatus"] == "Connected"
    access = espocrm.script("access_token.php", copy.production)
    take_access_token(access["token"], access["sessionReference"])
    espocrm.script("run_jobs.php", "KsefEndSessions")
    assert not copy.is_logged_in()
    asked = copy.requests()
    changes = copy.changes()
    for name in ("request", "renewal"):
        begun = records.user.done("POST", *changes[name])
        if begun.get("packagePassword"):
            register_secret(begun["packagePassword"])
        end = time.monotonic() + 30
        route = f"KsefCertificate/{begun['certificateId']}/collect"
        while copy.life.status(begun["certificateId"]) == "Requested":
            assert time.monotonic() < end, name
            records.user.done("POST", route, {})
    assert copy.requests() == asked + 2
    revoked = records.user.done("POST", *changes["revocation"])
    assert revoked["status"] == "Revoked"
