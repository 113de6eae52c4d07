"""Requests for certificates that come to nothing: each is told, and nothing is left behind."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.browser import LoggingIn
from tests.e2e.certificate_request import (
    CHECK_NOW,
    JOB,
    MODAL,
    NOTIFICATIONS,
    CertificateRequest,
    Wanted,
    check_now,
    notifications,
    open_notifications,
    press_request,
)
from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.faults.chaos import Chaos
from tests.installation import Installation, new_nip
from tests.processes import free_port

WITHIN_SECONDS = 60
REASON = "Odmowa na próbę *x*"
REJECTED = {"en": "KSeF rejected the request", "pl": "KSeF odrzucił wniosek"}
INACTIVE = {"en": "Inactive", "pl": "Nieaktywny"}
MISSING = {"en": "login by signature", "pl": "uwierzytelnieniu podpisem"}
AWAY = {"en": "could not be requested", "pl": "Nie można złożyć wniosku"}


@pytest.fixture(scope="module", params=["en", "pl"])
def requested(
    request: pytest.FixtureRequest,
    bridge: Installation,
    administrators: dict[str, RestUser],
    tmp_path_factory: pytest.TempPathFactory,
    logging_in: LoggingIn,
) -> Iterator[CertificateRequest]:
    language: str = request.param
    user = administrators[language]
    folder = tmp_path_factory.mktemp("files")
    nip = new_nip()
    records = Records(user)
    files = portal_files(folder, bridge.simulator.port, nip, "Authentication", name="Odmowna")
    name = f"Spółka Odmowna {language}"
    profile = records.certificate_profile(name, nip, records.certificate(files))
    wanted = Wanted("Offline", "EC P-256", f"Na darmo {language}")
    with logging_in(language) as screen:
        yield CertificateRequest(screen, records, profile, name, nip, wanted, folder)


@pytest.fixture
def ksef_rejects(bridge: Installation) -> Iterator[None]:
    chaos = Chaos(bridge.simulator)
    chaos.begin(enrolmentStatus={"code": 499, "description": REASON})
    yield
    chaos.end()


@pytest.fixture
def token_profile(requested: CertificateRequest, bridge: Installation) -> str:
    nip = new_nip()
    name = f"Sklep Kowalski {requested.screen.language}"
    return requested.records.token_profile(name, nip, bridge.new_ksef_token(nip))


def certificates_of(espocrm: EspoCrm, profile: str) -> list[str]:
    """The ids of what was requested with a profile, and not deleted."""
    query = "SELECT id FROM ksef_certificate WHERE requested_by_profile_id = :id AND deleted = 0"
    return [row["id"] for row in espocrm.rows(query, id=profile)]


def test_with_a_token_the_page_says_what_is_missing(
    requested: CertificateRequest, token_profile: str, espocrm: EspoCrm
) -> None:
    screen = requested.screen
    press_request(screen, token_profile)
    told = screen.page.locator(".ksef-cannot-request")
    told.wait_for()
    assert MISSING[screen.language] in told.inner_text()
    assert "ap-test.ksef.mf.gov.pl" in str(told.locator("a").get_attribute("href"))
    screen.picture("request-with-token", whole=False)

    route = f"KsefProfile/{token_profile}/requestCertificate"
    answer = requested.records.user.call("POST", route, requested.wanted.body)
    assert (answer.status, answer.codes) == (409, ["needs-signature-login"])
    assert MISSING[screen.language] in answer.message
    assert certificates_of(espocrm, token_profile) == []


def test_a_bridge_that_is_away_is_told_and_the_form_stays(
    requested: CertificateRequest, bridge: Installation, espocrm: EspoCrm
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    requested.open_form()
    requested.fill_form()
    with other_bridge(requested.records.user, bridge, nobody, bridge.api_key):
        requested.send_form()
        told = requested.screen.notice("danger")
    assert AWAY[requested.screen.language] in told
    assert requested.wanted.name in told
    requested.screen.picture("request-bridge-away", whole=False)
    box = requested.screen.field("name", MODAL).locator("input")
    assert box.input_value() == requested.wanted.name
    assert certificates_of(espocrm, requested.profile) == []


@pytest.mark.usefixtures("ksef_rejects")
def test_a_rejection_is_told_with_its_reason(
    requested: CertificateRequest, espocrm: EspoCrm, administrators: dict[str, RestUser]
) -> None:
    screen, user = requested.screen, requested.records.user
    route = f"KsefProfile/{requested.profile}/requestCertificate"
    requested.certificate = user.done("POST", route, requested.wanted.body)["certificateId"]
    screen.open(f"#KsefCertificate/view/{requested.certificate}", CHECK_NOW)
    end = time.monotonic() + WITHIN_SECONDS
    while requested.record["status"] == "Requested":
        assert time.monotonic() < end, requested.record
        time.sleep(1)
        if screen.language == "en":
            espocrm.run_job(JOB)
        else:
            check_now(screen)
    if screen.language == "pl":
        assert REASON in screen.notice("danger")
        screen.picture("certificate-rejected-notice", whole=False)

    screen.open(f"#KsefCertificate/view/{requested.certificate}", 'button[data-name="edit"]')
    assert requested.status() == INACTIVE[screen.language]
    reason = screen.field("enrolmentCode").inner_text()
    assert REJECTED[screen.language] in reason
    assert REASON in reason
    assert screen.page.locator(CHECK_NOW).count() == 0
    screen.picture("certificate-rejected", whole=False)
    for each in administrators.values():
        told = [text for text in notifications(each) if requested.certificate in text]
        assert len(told) == 1, told


def test_the_bell_tells_it(requested: CertificateRequest) -> None:
    open_notifications(requested.screen)
    told = requested.screen.page.locator(
        f"{NOTIFICATIONS} .list-row", has_text=requested.wanted.name
    )
    told.first.wait_for()
    assert REASON in told.inner_text()
    requested.screen.picture("notification-rejected", whole=False)


def test_the_record_may_be_deleted(requested: CertificateRequest) -> None:
    requested.records.user.done("DELETE", f"KsefCertificate/{requested.certificate}")


def test_no_error_was_in_the_console(requested: CertificateRequest) -> None:
    assert requested.screen.problems == []
