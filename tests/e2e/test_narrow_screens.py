"""On a telephone, and in EspoCRM's dark theme, all that is ours can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.certificate_life import Life
from tests.e2e.certificate_request import MODAL, press_request
from tests.e2e.credential_files import portal_files
from tests.e2e.dashboard import DASHLET, dashboard
from tests.e2e.espocrm import EspoCrm
from tests.e2e.legibility import Legibility
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip

NARROW = 390
# Before all names that other tests have left: the list shows twenty.
NAME = "1. Przedsiębiorstwo Produkcyjno-Usługowe „Zażółć gęślą jaźń” sp. z o.o. sp.k."
EDIT = 'button[data-name="edit"]'
# EspoCRM's own have no more. A colour of ours that went by another theme would have less.
LEAST_CONTRAST = {"Espo": 2.0, "Dark": 2.7}


@dataclass(frozen=True)
class Company:
    """One with everything that the screens show."""

    by_certificate: str
    by_token: str
    authentication: str
    offline: str
    upload: Path


@pytest.fixture(scope="module")
def company(
    espocrm: EspoCrm,
    records: Records,
    bridge: Installation,
    tmp_path_factory: pytest.TempPathFactory,
) -> Company:
    folder = tmp_path_factory.mktemp("narrow")
    life = Life(espocrm, records, bridge, folder)
    nip = new_nip()
    authentication = life.certificate(nip, autoRenew=True)
    offline = life.certificate(nip, "Offline")
    profile = records.certificate_profile(NAME, nip, authentication, offlineCertificateId=offline)
    records.connection_test(profile)
    life.end_in(authentication, 73.5)
    nip = new_nip()
    token = records.token_profile(f"{NAME} 2", nip, bridge.new_ksef_token(nip))
    files = portal_files(folder / "more", bridge.simulator.port, nip, "Authentication")
    upload, _ = files.written(folder / "upload")
    return Company(profile, token, authentication, offline, upload)


@pytest.fixture(scope="module", params=list(LEAST_CONTRAST))
def theme(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def screen(
    theme: str, logging_in: LoggingIn, administrators: dict[str, RestUser]
) -> Iterator[Screen]:
    """A window as wide as a telephone, of the administrator whose words are the longer ones."""
    user = administrators["pl"]
    preferences = f"Preferences/{user.done('GET', 'App/user')['user']['id']}"
    user.done("PUT", preferences, {"theme": theme})
    with dashboard(user), logging_in("pl") as opened:
        # EspoCRM's dashboard does not bear being made narrow before its dashlets are there.
        opened.page.wait_for_selector(DASHLET)
        opened.page.set_viewport_size({"width": NARROW, "height": 844})
        yield opened
    user.done("PUT", preferences, {"theme": None})


def dashlet(screen: Screen, company: Company) -> None:
    screen.open("#Home", f"{DASHLET} .ksef-ends tbody tr")


def first_steps(screen: Screen, company: Company) -> None:
    profiles(screen, company)
    screen.page.click("#main .page-header .header-buttons .dropdown-toggle")
    screen.page.click('#main .page-header [data-name="ksefFirstSteps"]')
    screen.page.wait_for_selector(".ksef-first-steps li")


def files_that_do_not_fit(screen: Screen, company: Company) -> None:
    """Dropped on *Add Certificates*: a certificate whose key is missing."""
    profiles(screen, company)
    screen.page.click('#main .page-header [data-name="ksefAddCertificates"]')
    screen.page.locator(f'{MODAL} input[type="file"]').set_input_files(company.upload)
    screen.page.wait_for_selector(f"{MODAL} .ksef-found")


def profiles(screen: Screen, company: Company) -> None:
    screen.open("#KsefProfile/list", f'#main .list [data-id="{company.by_token}"]')


def profile_by_certificate(screen: Screen, company: Company) -> None:
    screen.open(f"#KsefProfile/view/{company.by_certificate}", EDIT)


def profile_by_token(screen: Screen, company: Company) -> None:
    screen.open(f"#KsefProfile/view/{company.by_token}", f"{EDIT}, .ksef-token-validity")


def new_profile(screen: Screen, company: Company) -> None:
    screen.open("#KsefProfile/create", '.field[data-name="nip"] input')
    screen.type_in("name", NAME)
    screen.choose("environment", "Test")
    screen.choose("authorizationType", "Token")


def new_profile_by_certificate(screen: Screen, company: Company) -> None:
    new_profile(screen, company)
    screen.choose("authorizationType", "Certificate")


def certificates(screen: Screen, company: Company) -> None:
    screen.open("#KsefCertificate/list", f'#main .list [data-id="{company.offline}"]')


def certificate(screen: Screen, company: Company) -> None:
    screen.open(f"#KsefCertificate/view/{company.authentication}", EDIT)


def new_certificate(screen: Screen, company: Company) -> None:
    screen.open("#KsefCertificate/create", '.field[data-name="certificateFile"]')
    screen.upload("certificateFile", company.upload, "#main")


def certificate_made_in_a_profile(screen: Screen, company: Company) -> None:
    new_profile_by_certificate(screen, company)
    screen.field("offlineCertificate").locator('[data-action="createLink"]').click()
    screen.page.wait_for_selector(f'{MODAL} .field[data-name="certificateFile"]')


def picker(screen: Screen, company: Company) -> None:
    new_profile_by_certificate(screen, company)
    screen.field("authorizationCertificate").locator('[data-action="selectLink"]').click()
    screen.page.wait_for_selector(f"{MODAL} .list-row .cell")


def connection_report(screen: Screen, company: Company) -> None:
    profile_by_certificate(screen, company)
    menu(screen, "ksefTestConnection")
    screen.page.wait_for_selector(".ksef-report td")


def request_dialog(screen: Screen, company: Company) -> None:
    press_request(screen, company.by_certificate)
    screen.page.wait_for_selector(f'{MODAL} .field[data-name="name"] input')


def request_by_token(screen: Screen, company: Company) -> None:
    press_request(screen, company.by_token)
    screen.page.wait_for_selector(".ksef-cannot-request")


def signing_dialog(screen: Screen, company: Company) -> None:
    profile_by_token(screen, company)
    menu(screen, "ksefConnectTokenBySignature")
    screen.page.wait_for_selector(f"{MODAL} .ksef-signing-steps")


def renewal_dialog(screen: Screen, company: Company) -> None:
    certificate(screen, company)
    menu(screen, "ksefRenew")
    screen.page.wait_for_selector(f'{MODAL} .field[data-name="withPackage"] input')


def revocation_dialog(screen: Screen, company: Company) -> None:
    certificate(screen, company)
    menu(screen, "ksefRevoke")
    screen.page.wait_for_selector(f"{MODAL} .ksef-introduction ul")


def offline_sample(screen: Screen, company: Company) -> None:
    profile_by_certificate(screen, company)
    menu(screen, "ksefTryOfflineSigning")
    screen.page.wait_for_selector(".ksef-offline-sample img")


def page_of_the_bridge(screen: Screen, company: Company) -> None:
    screen.open("#Admin/ksefBridge", ".ksef-health .label-success")


SCREENS: tuple[Callable[[Screen, Company], None], ...] = (
    dashlet,
    files_that_do_not_fit,
    profiles,
    profile_by_certificate,
    profile_by_token,
    new_profile,
    new_profile_by_certificate,
    certificates,
    certificate,
    new_certificate,
    certificate_made_in_a_profile,
    picker,
    connection_report,
    request_dialog,
    request_by_token,
    signing_dialog,
    renewal_dialog,
    revocation_dialog,
    offline_sample,
    page_of_the_bridge,
    # Called up it stays, above the list.
    first_steps,
)


def menu(screen: Screen, action: str) -> None:
    """Press an action of a record, which on a narrow page may stand in its menu."""
    button = screen.page.locator(f'#main [data-name="{action}"]:visible')
    if button.count() == 0:
        screen.page.click("#main .dropdown-item-list-button:visible")
        button = screen.page.locator(f'#main [data-action="{action}"]:visible')
    button.first.click()


@pytest.mark.parametrize("shown", SCREENS, ids=lambda shown: shown.__name__)
def test_everything_can_be_read(
    screen: Screen, theme: str, company: Company, shown: Callable[[Screen, Company], None]
) -> None:
    shown(screen, company)
    screen.settle()
    screen.picture(f"narrow-{theme.lower()}-{shown.__name__.replace('_', '-')}", whole=False)
    found = Legibility.of(screen.page, LEAST_CONTRAST[theme])
    assert found.texts > 5
    assert (found.beyond, found.cut, found.faint) == ([], [], [])


IN_SIGHT = """cells => cells
    .filter(cell => cell.getBoundingClientRect().right <= document.documentElement.clientWidth)
    .map(cell => cell.dataset.name)"""


@pytest.mark.parametrize(
    ("shown", "state"), [(profiles, "connectionStatus"), (certificates, "status")]
)
def test_a_list_shows_name_and_state_before_it_is_scrolled(
    screen: Screen, company: Company, shown: Callable[[Screen, Company], None], state: str
) -> None:
    shown(screen, company)
    cells = screen.page.locator("#main .list tbody tr:first-child td.cell")
    assert cells.evaluate_all(IN_SIGHT) == ["r-checkbox", "name", state]


def test_a_polish_company_has_a_polish_telephone(screen: Screen, company: Company) -> None:
    new_profile(screen, company)
    assert "+48" in screen.field("phoneNumber").inner_text()
    screen.field("phoneNumber").locator("input.phone-number").fill("221234567")
    screen.field("phoneNumber").locator("input.phone-number").blur()
    assert screen.problems == []


def test_an_uploaded_file_says_its_name_and_nothing_in_english(
    screen: Screen, company: Company
) -> None:
    new_certificate(screen, company)
    screen.field("certificateFile").locator(".uploading-message").wait_for(state="detached")
    said = screen.field("certificateFile").inner_text()
    assert company.upload.name in said
    assert "Ready" not in said
    assert "Wgrywam" not in said
