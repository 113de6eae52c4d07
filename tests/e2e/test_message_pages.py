"""Where there is a site of the documentation, whoever reads a message gets to its page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.messages import Documentation, Language
from tests.e2e import decided_requests
from tests.e2e.bridge_settings import bridge_url, enter_bridge
from tests.e2e.browser import Screen
from tests.e2e.certificate_request import MODAL
from tests.e2e.certificate_stream import PANEL, notes, stream_shown
from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip
from tests.processes import free_port

SETTING = "ksefDocumentationUrl"
SITE = "https://docs.example/ksef/"
LANGUAGES: dict[str, Language] = {"en": "en", "pl": "pl"}
MORE = {"en": "More about this", "pl": "Więcej na ten temat"}
REASON = "Odmowa <b>na próbę</b> *x*"


def page_of(code: str, language: str) -> str | None:
    return Documentation(SITE).page(code, LANGUAGES[language])


@pytest.fixture(autouse=True)
def _site(espocrm: EspoCrm) -> Iterator[None]:
    """As the bridge told EspoCRM."""
    espocrm.configure(SETTING, SITE)
    yield
    espocrm.configure(SETTING, None)


@pytest.fixture(scope="module")
def nip() -> str:
    return new_nip()


@pytest.fixture(scope="module")
def certificate(
    records: Records, bridge: Installation, nip: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    folder = tmp_path_factory.mktemp("files")
    return records.certificate(portal_files(folder, bridge.simulator.port, nip, "Authentication"))


@pytest.fixture(scope="module")
def profile(records: Records, nip: str, certificate: str) -> str:
    return records.certificate_profile("Z komunikatami", nip, certificate)


@pytest.fixture(scope="module")
def rejected(records: Records, espocrm: EspoCrm, bridge: Installation, profile: str) -> str:
    """A certificate that was requested, and that KSeF did not issue."""
    return decided_requests.rejected(records, espocrm, bridge, profile, "Odmowa na stronie", REASON)


def leads_to_page(screen: Screen, place: str, code: str) -> bool:
    """Whether the only link of a place in the page is that one."""
    link = screen.page.locator(f"{place} a[href^=http]")
    link.wait_for()
    found = (link.get_attribute("href"), link.inner_text())
    return found == (page_of(code, screen.language), MORE[screen.language])


def press(screen: Screen, record: str, action: str) -> None:
    screen.open(record, 'button[data-name="edit"]')
    screen.page.click("#main .dropdown-item-list-button")
    screen.page.click(f'#main [data-action="{action}"]')


def test_a_note_of_the_stream(new_screen: Screen, records: Records, rejected: str) -> None:
    code = notes(records.user, rejected)[-1]["data"]["explanation"]["code"]
    stream_shown(new_screen, rejected)
    note = f"{PANEL} .list-row:first-child .stream-post-container"
    assert leads_to_page(new_screen, note, code)
    assert REASON in new_screen.text_of(note)
    new_screen.picture("page-of-note")
    assert new_screen.problems == []


def test_a_name_that_ksef_would_refuse(new_screen: Screen, profile: str) -> None:
    press(new_screen, f"#KsefProfile/view/{profile}", "ksefRequestCertificate")
    new_screen.choose("type", "Offline", MODAL)
    new_screen.type_in("name", "Kasa <b>/*", MODAL)
    new_screen.page.click(f'{MODAL} button[data-name="request"]')
    assert leads_to_page(new_screen, ".popover", "enrolment-name-characters")
    new_screen.picture("page-of-name", whole=False)


def test_what_stands_in_the_way_of_a_request(
    new_screen: Screen, records: Records, bridge: Installation
) -> None:
    nip = new_nip()
    made = records.token_profile("Z tokenem i stroną", nip, bridge.new_ksef_token(nip))
    press(new_screen, f"#KsefProfile/view/{made}", "ksefRequestCertificate")
    assert leads_to_page(new_screen, ".ksef-cannot-request p:first-child", "needs-signature-login")
    validity = '#main .field[data-name="token"] .ksef-token-validity'
    assert leads_to_page(new_screen, validity, "token-validity-ends")
    new_screen.picture("page-of-request", whole=False)


def test_why_a_certificate_cannot_be_revoked(
    new_screen: Screen, records: Records, bridge: Installation, tmp_path: Path
) -> None:
    files = portal_files(tmp_path, bridge.simulator.port, new_nip(), "Authentication")
    made = records.certificate(files)
    press(new_screen, f"#KsefCertificate/view/{made}", "ksefRevoke")
    assert leads_to_page(new_screen, ".ksef-cannot-revoke", "revocation-needs-login")
    new_screen.picture("page-of-refusal", whole=False)


def test_what_the_commands_find_wrong(
    espocrm: EspoCrm, bridge: Installation, root_user: RestUser
) -> None:
    unusable = espocrm.attempted("ksef-connect-bridge", "--url=", entered="\n").stdout
    assert unusable.splitlines()[1:] == [page_of("console-connect-usage", "en")]
    away = f"--url=http://127.0.0.1:{free_port()}"
    try:
        found = espocrm.attempted("ksef-connect-bridge", away, entered=f"{bridge.api_key}\n")
    finally:
        enter_bridge(root_user, bridge_url(bridge), bridge.api_key)
    assert found.stdout.splitlines()[1:] == [page_of("bridge-unreachable", "en")]
    # What is well needs no reading.
    assert len(espocrm.attempted("ksef-check-bridge").stdout.splitlines()) == 1
