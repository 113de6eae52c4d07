"""Two people edit one record: nobody's change is lost without a word, and jobs disturb nobody."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.certificate_life import Life
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.installation import Installation, new_nip

if TYPE_CHECKING:
    from playwright.sync_api import Response

EDIT = 'button[data-name="edit"]'
FIELDS_IN_CONFLICT = {"en": "Name", "pl": "Nazwa"}
OTHER_FIELDS = {
    "en": ("E-mail", "Phone", "Token", "Address"),
    "pl": ("e-mail", "telefonu", "Token", "Adres"),
}
# EspoCRM's own, when a save is refused as outdated.
REJECTED = "page error: error"
CONFLICT = ".modal.in .modal-body"


@pytest.fixture
def profile(records: Records, bridge: Installation) -> str:
    nip = new_nip()
    return records.token_profile("Wspólny", nip, bridge.new_ksef_token(nip))


@pytest.fixture
def certificate(life: Life) -> str:
    return life.certificate(new_nip())


def version(records: Records, path: str) -> int:
    number: int = records.user.done("GET", path)["versionNumber"]
    return number


@pytest.mark.parametrize("entity", ["KsefProfile", "KsefCertificate"])
def test_the_second_of_two_changes_is_refused(
    entity: str, records: Records, profile: str, certificate: str
) -> None:
    path = f"{entity}/{profile if entity == 'KsefProfile' else certificate}"
    opened = str(version(records, path))
    records.user.done("PUT", path, {"name": "Pierwsza zmiana"})

    answer = records.user.call("PUT", path, {"name": "Druga zmiana"}, X_Version_Number=opened)

    assert (answer.status, answer.reason) == (409, "modified")
    assert answer.json["values"] == {"name": "Pierwsza zmiana"}
    assert records.user.done("GET", path)["name"] == "Pierwsza zmiana"
    now = str(answer.json["versionNumber"])
    decided = records.user.call("PUT", path, {"name": "Druga zmiana"}, X_Version_Number=now)
    assert decided.status == 200


def test_a_phone_number_is_kept_and_changed_by_whatever_form_it_is_sent_in(
    records: Records, profile: str
) -> None:
    path = f"KsefProfile/{profile}"
    first, second = "+48221234567", "+48227654321"
    records.user.done("PUT", path, {"phoneNumber": first})
    opened = str(version(records, path))
    untouched = {"phoneNumberData": listed(first), "name": "Nowa"}
    records.user.done("PUT", path, {"address": "ul. Nowa 1"})

    outdated = records.user.call("PUT", path, untouched, X_Version_Number=opened)
    assert outdated.json["values"] == {"name": "Wspólny"}
    records.user.done("PUT", path, untouched)
    assert records.user.done("GET", path)["phoneNumber"] == first
    records.user.done("PUT", path, {"phoneNumberData": None, "name": "Nowa"})
    assert records.user.done("GET", path)["phoneNumber"] == first
    records.user.done("PUT", path, {"phoneNumberData": listed(second)})
    assert records.user.done("GET", path)["phoneNumber"] == second
    records.user.done("PUT", path, {"phoneNumber": None, "phoneNumberData": None})
    assert not records.user.done("GET", path)["phoneNumber"]


def listed(number: str) -> list[dict[str, object]]:
    """As EspoCRM's form sends it."""
    return [{"phoneNumber": number, "type": "Office", "primary": True}]


def test_results_that_are_stored_beside_a_form_leave_it_valid(
    records: Records, profile: str, life: Life, espocrm: EspoCrm
) -> None:
    nip = new_nip()
    used = life.certificate(nip)
    user = life.records.certificate_profile("Używa", nip, used)
    paths = [f"KsefProfile/{profile}", f"KsefProfile/{user}", f"KsefCertificate/{used}"]
    opened = [version(records, path) for path in paths]

    assert records.connection_test(profile)["ok"]
    for job in ("KsefCheckConnections", "KsefSynchronizeCertificates", "KsefRenewSeals"):
        espocrm.run_job(job)

    assert life.record(used)["lastCheckedAt"]
    assert [version(records, path) for path in paths] == opened
    for path, number in zip(paths, opened, strict=True):
        saved = records.user.call("PUT", path, {"name": "Nowa"}, X_Version_Number=str(number))
        assert saved.status == 200


def test_a_status_that_a_job_changed_is_not_overwritten(records: Records, life: Life) -> None:
    certificate = life.certificate(new_nip())
    path = f"KsefCertificate/{certificate}"
    opened = str(version(records, path))
    life.end_in(certificate, -1)
    life.run_job()
    assert life.status(certificate) == "Expired"

    answer = records.user.call("PUT", path, {"status": "Inactive"}, X_Version_Number=opened)

    assert (answer.status, answer.reason) == (409, "modified")


def is_saved(response: Response) -> bool:
    return bool(response.request.method == "PUT" and response.status == 200)


@contextlib.contextmanager
def editing(logging_in: LoggingIn, language: str, profile: str) -> Iterator[Screen]:
    """The profile's form, open in somebody's window."""
    with logging_in(language) as screen:
        screen.open(f"#KsefProfile/view/{profile}", EDIT)
        screen.page.click(EDIT)
        screen.page.wait_for_selector('#main .field[data-name="name"] input')
        yield screen


@pytest.mark.parametrize("language", ["en", "pl"])
def test_on_the_screen(
    language: str,
    logging_in: LoggingIn,
    records: Records,
    bridge: Installation,
    espocrm: EspoCrm,
    profile: str,
) -> None:
    path = f"KsefProfile/{profile}"
    with editing(logging_in, language, profile) as screen:
        records.user.done("PUT", path, {"name": "Zmiana z drugiej karty"})
        screen.type_in("name", "Zmiana z pierwszej karty")
        screen.save()
        screen.page.wait_for_selector(CONFLICT)
        conflict = screen.text_of(CONFLICT)
        assert FIELDS_IN_CONFLICT[language] in conflict
        assert not [name for name in OTHER_FIELDS[language] if name in conflict]
        screen.picture("changed-in-another-tab")
        assert records.user.done("GET", path)["name"] == "Zmiana z drugiej karty"

    with editing(logging_in, language, profile) as screen:
        # Neither a job nor a change of something else is a reason to refuse.
        assert records.connection_test(profile)["ok"]
        espocrm.run_job("KsefCheckConnections")
        records.user.done("PUT", path, {"address": "ul. Nowa 1"})
        screen.type_in("name", "Nic nie przeszkadza")
        token = bridge.new_ksef_token(records.user.done("GET", path)["nip"])
        screen.page.click('#main .field[data-name="token"] [data-action="replaceToken"]')
        screen.type_in("token", token)
        # EspoCRM's page looks at what changed and sends the form again by itself.
        with screen.page.expect_response(is_saved):
            screen.save()
        screen.page.wait_for_selector(EDIT)
        saved = records.user.done("GET", path)
        assert (saved["name"], saved["address"]) == ("Nic nie przeszkadza", "ul. Nowa 1")
        assert saved["tokenReference"] in token
        assert set(screen.problems) <= {REJECTED}
