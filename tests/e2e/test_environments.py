"""Certificates of Test and Demo have one issuer: what is not told is not guessed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import bridge as package
from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.credential_files import CredentialFiles, dated_files, portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip

HOUR = 1 / 24
AFTER_INSTALL = Path(package.__file__).parents[1] / "espo_extension/scripts/AfterInstall.php"


@dataclass(frozen=True)
class Company:
    """A company with both types of certificates, uploaded and linked nowhere."""

    nip: str
    authentication: str
    offline: str


@pytest.fixture(scope="module")
def company(
    bridge: Installation, records: Records, tmp_path_factory: pytest.TempPathFactory
) -> Company:
    nip, folder = new_nip(), tmp_path_factory.mktemp("demo-files")
    port = bridge.simulator.port
    uploaded = (
        records.certificate(portal_files(folder / kind, port, nip, kind, "Demo"))
        for kind in ("Authentication", "Offline")
    )
    return Company(nip, *uploaded)


@pytest.fixture(scope="module")
def screen(logging_in: LoggingIn) -> Iterator[Screen]:
    with logging_in("pl") as shown:
        yield shown


PICKERS = {"authorizationCertificate": "authentication", "offlineCertificate": "offline"}


def offered(screen: Screen, user: RestUser, field: str, environment: str) -> list[str]:
    """Whom the field's picker offers in a profile of the environment: what it asks for, in full."""
    screen.open("#KsefProfile/create", '.field[data-name="nip"] input')
    screen.choose("environment", environment)
    screen.choose("authorizationType", "Certificate")
    asks = re.compile(r"/api/v1/KsefCertificate\?")
    with screen.page.expect_response(asks) as asked:
        screen.field(field).locator('[data-action="selectLink"]').click()
    query = re.sub(r"maxSize=\d+", "maxSize=200", urlsplit(asked.value.url).query)
    return [each["id"] for each in user.done("GET", f"KsefCertificate?{query}")["list"]]


def test_the_environment_that_the_issuer_does_not_tell_is_left_open(
    company: Company, records: Records
) -> None:
    for certificate in (company.authentication, company.offline):
        stored = records.user.done("GET", f"KsefCertificate/{certificate}")
        assert stored["kind"] == "Ksef"
        assert not stored["environment"]


@pytest.mark.parametrize("field", PICKERS)
@pytest.mark.parametrize(
    ("environment", "is_offered"), [("Test", True), ("Demo", True), ("Production", False)]
)
def test_it_is_offered_in_both_environments_and_not_in_production(
    company: Company,
    records: Records,
    screen: Screen,
    field: str,
    environment: str,
    is_offered: bool,
) -> None:
    certificate = getattr(company, PICKERS[field])
    assert (certificate in offered(screen, records.user, field, environment)) is is_offered


def test_where_it_serves_is_said_in_words(company: Company, screen: Screen) -> None:
    screen.open(f"#KsefCertificate/view/{company.authentication}", '.field[data-name="facts"]')
    assert "środowisko testowe lub Demo" in screen.field("facts").inner_text()
    screen.picture("certificate-of-test-or-demo")


@pytest.mark.parametrize("environment", ["Test", "Demo"])
def test_it_serves_in_both_environments(
    company: Company, records: Records, environment: str
) -> None:
    user = records.user
    profile = records.certificate_profile(
        *(f"Firma {environment}", company.nip, company.authentication),
        environment=environment,
        offlineCertificateId=company.offline,
    )
    tested = records.connection_test(profile)
    assert tested["ok"], tested
    signed = user.call("POST", f"KsefProfile/{profile}/tryOfflineSigning", {})
    assert signed.status == 200, signed.body
    checked = user.done("GET", f"KsefCertificate/{company.authentication}")
    assert checked["status"] == "Active"


@pytest.mark.parametrize(("language", "said"), [("en", "Test / Demo"), ("pl", "Testowe / Demo")])
def test_production_refuses_it_in_words(
    company: Company, administrators: dict[str, RestUser], language: str, said: str
) -> None:
    user = administrators[language]
    links = {
        "authorizationCertificateId": company.authentication,
        "offlineCertificateId": company.offline,
    }
    for link, certificate in links.items():
        answer = Records(user).save_profile(
            name="Produkcja",
            nip=company.nip,
            environment="Production",
            authorizationType="Certificate",
            **{link: certificate},
        )
        assert answer.status == 400, answer.body
        assert answer.codes == ["linked-certificate-of-another-environment"]
        assert said in answer.message.replace("\\", "")


def test_the_daily_list_and_a_revocation_find_one_that_no_profile_uses(
    records: Records, espocrm: EspoCrm, bridge: Installation, tmp_path: Path
) -> None:
    nip, port, user = new_nip(), bridge.simulator.port, records.user
    login, spare = (
        records.certificate(portal_files(tmp_path / kind, port, nip, kind, "Demo"))
        for kind in ("Authentication", "Offline")
    )
    records.certificate_profile("Firma Demo", nip, login, environment="Demo")
    espocrm.run_job("KsefSynchronizeCertificates")
    assert user.done("GET", f"KsefCertificate/{spare}")["lastCheckedAt"]
    revoked = user.call("POST", f"KsefCertificate/{spare}/revoke", {"reason": "Superseded"})
    assert revoked.status == 200, revoked.body
    assert user.done("GET", f"KsefCertificate/{spare}")["status"] in {"Blocked", "Revoked"}


def test_an_upgrade_forgets_what_was_guessed(
    company: Company, records: Records, espocrm: EspoCrm
) -> None:
    """An older version took the issuer for that of Test alone."""
    files = dated_files("z dawna", valid_from_days=-1, valid_to_days=300)
    guessed, requested = records.certificate(files), secrets.token_hex(8)
    espocrm.execute("UPDATE ksef_certificate SET environment = 'Test' WHERE id = :id", id=guessed)
    espocrm.execute(
        "INSERT INTO ksef_certificate (id, name, status, kind, environment, deleted,"
        " requested_by_profile_id) VALUES (:id, 'x', 'Inactive', 'Ksef', 'Test', 0, 'p')",
        id=requested,
    )
    espocrm.script("after_upgrade.php", str(AFTER_INSTALL))
    told = {
        each: records.user.done("GET", f"KsefCertificate/{each}")["environment"]
        for each in (guessed, requested)
    }
    assert told == {guessed: "", requested: "Test"}


def new_files(hours: float) -> CredentialFiles:
    return dated_files("nowy", valid_from_days=hours * HOUR, valid_to_days=300)


def test_a_certificate_that_begins_within_three_hours_is_stored_with_a_warning(
    administrators: dict[str, RestUser],
) -> None:
    answer = Records(administrators["pl"]).save_certificate(new_files(2))
    assert answer.status == 200, answer.body
    [finding] = answer.json["findings"]
    assert (finding["code"], finding["severity"]) == ("certificate-begins-soon", "warning")
    assert "czasu warszawskiego" in finding["message"].replace("\\", "")
    assert finding["params"]["time"] in finding["message"].replace("\\", "")


def test_one_that_begins_later_is_refused_with_its_hour(
    administrators: dict[str, RestUser],
) -> None:
    answer = Records(administrators["en"]).save_certificate(new_files(4))
    assert (answer.status, answer.codes) == (400, ["certificate-not-yet-valid"])
    begins = datetime.now(UTC) + timedelta(hours=4)
    assert "Warsaw time" in answer.message
    assert f"{begins.year}" in answer.message
