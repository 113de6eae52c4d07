"""What happens to a certificate stands in its record's stream, for administrators only."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.e2e import decided_requests
from tests.e2e.browser import LoggingIn
from tests.e2e.certificate_request import JOB
from tests.e2e.certificate_stream import PANEL, notes, steps, stream_shown
from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip

WITHIN_SECONDS = 60
REASON = "Odmowa <b>na próbę</b> *x*"
# Its markup must come out as it is.
PROFILE = "field:createdBy <i>Kowalska</i> {{name}}"
ENROLMENT = ["requested", "keySealed", "sent", "issued", "packageStored"]
ISSUED = {"en": "KSeF issued the certificate", "pl": "KSeF wydał certyfikat"}
REQUESTED = {"en": "began the request", "pl": "wniosek o ten certyfikat"}
REJECTED = {"en": "The certificate was not issued", "pl": "Certyfikat nie został wydany"}


@pytest.fixture(scope="module")
def nip() -> str:
    return new_nip()


@pytest.fixture(scope="module")
def uploaded(
    records: Records, bridge: Installation, nip: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    folder = tmp_path_factory.mktemp("files")
    return records.certificate(portal_files(folder, bridge.simulator.port, nip, "Authentication"))


@pytest.fixture(scope="module")
def profile(records: Records, nip: str, uploaded: str) -> str:
    return records.certificate_profile(PROFILE, nip, uploaded)


@pytest.fixture(scope="module")
def issued(records: Records, espocrm: EspoCrm, profile: str) -> str:
    return decided_requests.requested(records, espocrm, profile, "Offline na próbę")


@pytest.fixture(scope="module")
def rejected(records: Records, espocrm: EspoCrm, bridge: Installation, profile: str) -> str:
    return decided_requests.rejected(records, espocrm, bridge, profile, "Odmowa na próbę", REASON)


def test_each_step_of_an_enrolment_is_a_note(
    records: Records, issued: str, profile: str, administrators: dict[str, RestUser]
) -> None:
    told = notes(records.user, issued)
    assert [each["data"]["step"] for each in told] == ENROLMENT
    record = records.user.done("GET", f"KsefCertificate/{issued}")
    assert told[0]["data"]["record"] == {
        "entityType": "KsefProfile",
        "id": profile,
        "name": PROFILE,
    }
    assert told[0]["createdByName"] == administrators["en"].name
    assert told[2]["data"]["params"] == {"reference": record["enrolmentReference"]}
    assert told[3]["data"]["params"] == {"serialNumber": record["serialNumber"]}


def test_a_rejection_is_told_with_its_reason(records: Records, rejected: str) -> None:
    told = notes(records.user, rejected)[-1]["data"]
    assert told["step"] == "rejected"
    assert REASON in json.dumps(told["explanation"], ensure_ascii=False)


def test_what_a_person_does_is_told_too(records: Records, uploaded: str, profile: str) -> None:
    assert steps(records.user, uploaded) == ["uploaded", "linkedToLogIn"]
    for status in ("Inactive", "Active"):
        records.user.done("PUT", f"KsefCertificate/{uploaded}", {"status": status})
    last = notes(records.user, uploaded)[-1]["data"]
    assert last["params"] == {"statusBefore": "Inactive", "status": "Active"}
    # A save that changes nothing of this tells nothing.
    records.user.done("PUT", f"KsefCertificate/{uploaded}", {"name": "Inna nazwa"})
    assert notes(records.user, uploaded)[-1]["data"] == last


def test_each_step_of_a_renewal_is_a_note(
    records: Records, espocrm: EspoCrm, bridge: Installation, tmp_path: Path
) -> None:
    nip = new_nip()
    files = portal_files(tmp_path, bridge.simulator.port, nip, "Authentication")
    old = records.certificate(files)
    profile = records.certificate_profile("Odnawiana", nip, old)
    records.user.done("POST", f"KsefCertificate/{old}/renew", {"withPackage": False})
    end = time.monotonic() + WITHIN_SECONDS
    while (
        new := records.user.done("GET", f"KsefProfile/{profile}")["authorizationCertificateId"]
    ) == old:
        assert time.monotonic() < end
        espocrm.run_job(JOB)
        time.sleep(1)
    told = notes(records.user, old)
    assert [each["data"]["step"] for each in told] == [
        *("uploaded", "linkedToLogIn", "successorRequested", "unlinkedFromLogIn")
    ]
    assert told[2]["data"]["record"]["id"] == new
    assert steps(records.user, new) == [
        *("requested", "keySealed", "sent", "issued", "linkedToLogIn")
    ]


def test_the_audit_log_goes_on(records: Records, issued: str) -> None:
    updates = records.user.done("GET", f"KsefCertificate/{issued}/updateStream?maxSize=50")["list"]
    assert {"status"} & {field for each in updates for field in each["data"]["fields"]}, updates


def test_nothing_in_it_is_secret(records: Records, espocrm: EspoCrm, issued: str) -> None:
    (row,) = espocrm.rows(
        "SELECT private_key_sealed AS seal FROM ksef_certificate WHERE id = :id", id=issued
    )
    told = json.dumps(notes(records.user, issued))
    assert row["seal"]
    assert row["seal"] not in told
    assert "ksef1." not in told


@pytest.mark.parametrize("who", ["regular", "api"])
def test_nobody_else_reads_it(
    who: str, issued: str, records: Records, outsiders: dict[str, RestUser]
) -> None:
    note = notes(records.user, issued)[0]["id"]
    stream = f"KsefCertificate/{issued}"
    answers = [
        outsiders[who].call("GET", f"{stream}/stream"),
        outsiders[who].call("GET", f"{stream}/posts"),
        outsiders[who].call("GET", f"{stream}/updateStream"),
        outsiders[who].call("GET", f"Note/{note}"),
        outsiders[who].call("DELETE", f"Note/{note}"),
        outsiders[who].call(
            "POST",
            "Note",
            {"type": "Post", "post": "x", "parentType": "KsefCertificate", "parentId": issued},
        ),
        outsiders[who].call("PUT", f"{stream}/subscription", {}),
    ]
    assert {answer.status for answer in answers} <= {403, 404}, [each.status for each in answers]
    for path in ("Stream", "GlobalStream", "Notification"):
        answer = outsiders[who].call("GET", path)
        assert issued.encode() not in answer.body, path


def test_nobody_follows_it(records: Records, issued: str, espocrm: EspoCrm) -> None:
    """With EspoCRM's own stream records are followed, and notes come as notifications, too."""
    query = "SELECT id FROM {table} WHERE entity_type = 'KsefCertificate' AND entity_id = :id"
    assert espocrm.rows(query.format(table="stream_subscription"), id=issued) == []
    told = espocrm.rows(
        "SELECT id FROM notification WHERE type = 'Note' AND related_parent_id = :id", id=issued
    )
    assert told == []


@pytest.mark.parametrize("language", ["en", "pl"])
def test_it_is_read_on_the_page(
    language: str, issued: str, rejected: str, logging_in: LoggingIn
) -> None:
    with logging_in(language) as screen:
        shown = stream_shown(screen, issued)
        assert len(shown) == len(ENROLMENT)
        assert ISSUED[language] in shown[1]
        assert REQUESTED[language] in shown[-1]
        assert PROFILE in shown[-1]
        panel = screen.page.locator(PANEL)
        assert panel.locator("textarea:visible").count() == 0
        panel.scroll_into_view_if_needed()
        screen.picture("certificate-stream")

        shown = stream_shown(screen, rejected)
        assert REJECTED[language] in shown[0]
        assert REASON in screen.text_of(f"{PANEL} .list-row >> nth=0")
        screen.picture("certificate-stream-rejected")
        assert screen.problems == []


def test_a_note_more_is_seen_without_loading_anew(
    records: Records, issued: str, logging_in: LoggingIn
) -> None:
    with logging_in("en") as screen:
        before = len(stream_shown(screen, issued))
        screen.page.click('#main button[data-name="edit"]')
        screen.choose("status", "Inactive")
        screen.save()
        rows = screen.page.locator(f"{PANEL} .list-row")
        rows.nth(before).wait_for()
        assert "Inactive" in rows.first.inner_text()
