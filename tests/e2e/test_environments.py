"""Certificates of Test and Demo have one issuer: what is not told is not guessed."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

import bridge as package
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


def offered(user: RestUser, primary_filter: str, environment: str) -> list[str]:
    """Whom the picker of a profile of the environment offers: its own conditions, by REST."""
    others = [each for each in ("Production", "Demo", "Test") if each != environment]
    of_no_other = [
        {"type": "notIn", "attribute": "environment", "value": others},
        {"type": "isNull", "attribute": "environment"},
    ]
    of_production = [
        {"type": "equals", "attribute": "environment", "value": environment},
        {"type": "notEquals", "attribute": "kind", "value": "Ksef"},
    ]
    where = [{"type": "or", "value": of_no_other}]
    if environment == "Production":
        where.append({"type": "or", "value": of_production})
    parameters = {
        "primaryFilter": primary_filter,
        "maxSize": "200",
        "searchParams": json.dumps({"where": where, "primaryFilter": primary_filter}),
    }
    found = user.done("GET", f"KsefCertificate?{urlencode(parameters)}")
    return [each["id"] for each in found["list"]]


def test_the_environment_that_the_issuer_does_not_tell_is_left_open(
    company: Company, records: Records
) -> None:
    for certificate in (company.authentication, company.offline):
        stored = records.user.done("GET", f"KsefCertificate/{certificate}")
        assert stored["kind"] == "Ksef"
        assert not stored["environment"]


@pytest.mark.parametrize("environment", ["Test", "Demo"])
def test_it_is_offered_and_serves_in_both_environments(
    company: Company, records: Records, environment: str, bridge: Installation
) -> None:
    user = records.user
    assert company.authentication in offered(user, "fitForAuthorization", environment)
    assert company.offline in offered(user, "fitForOffline", environment)
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
    assert company.authentication not in offered(user, "fitForAuthorization", "Production")
    assert company.offline not in offered(user, "fitForOffline", "Production")
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
