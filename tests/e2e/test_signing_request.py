"""From a profile that has nothing to Connected, by a signature that is made elsewhere."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from tests.e2e.browser import Screen
from tests.e2e.certificate_request import notifications
from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.signing_dialog import (
    CERTIFICATES,
    MODAL,
    NOT_SIGNED,
    ON_PAGE,
    REQUEST,
    SIGNER,
    STEPS,
    WITH_PACKAGE,
    NewDialog,
    collect,
    sign,
)
from tests.installation import Installation, new_nip
from tests.secret_register import register_secret

CONNECTED = {"en": "Connected", "pl": "Połączono"}
NOT_YET_SIGNED = {"en": "There is no signature in this file", "pl": "nie ma podpisu"}
NO_RIGHTS = {"en": "did not accept the login", "pl": "nie przyjął uwierzytelnienia"}
NOT_REQUESTED = {"en": "not requested yet", "pl": "jeszcze nie złożono"}
WAITS = {"en": "waits to be signed", "pl": "czeka na podpis"}
OPEN = {"en": "Download the file first", "pl": "Najpierw pobierz plik"}
SIGNED_BY = {"en": "Sealed by", "pl": "Pieczęć:"}
REQUESTED = {"en": "requested", "pl": "wniosek"}
WAYS = {"en": "By signature", "pl": "Podpisem"}
PESEL = "44051401458"


def test_from_nothing_to_connected(
    new_dialog: NewDialog, bridge: Installation, screen: Screen
) -> None:
    dialog = new_dialog()
    nip = dialog.record["nip"]
    dialog.open()
    screen.picture("signing-steps", whole=False)
    document = dialog.download()
    dialog.hand_in(sign(document, bridge.simulator.port, "seal"))
    screen.page.wait_for_selector(SIGNER)
    told = screen.text_of(SIGNER)
    assert SIGNED_BY[screen.language] in told
    assert f"NIP {nip}" in told
    screen.picture("signing-signer", whole=False)
    dialog.request()
    screen.picture("signing-requested", whole=False)
    dialog.wait_until_connected()
    screen.picture("signing-connected", whole=False)
    dialog.close()
    assert (len(dialog.steps.clicks), dialog.steps.file_dialogs) == (4, 1), str(dialog.steps)
    screen.field("connectionStatus").get_by_text(CONNECTED[screen.language]).wait_for()
    screen.picture("signing-profile")

    record = dialog.record
    assert (record["authorizationType"], record["connectionStatus"]) == ("Certificate", "Connected")
    certificates = [
        dialog.records.user.done("GET", f"KsefCertificate/{record[field]}")
        for field in ("authorizationCertificateId", "offlineCertificateId")
    ]
    assert [each["type"] for each in certificates] == ["Authentication", "Offline"]
    assert {each["status"] for each in certificates} == {"Active"}
    assert {each["autoRenew"] for each in certificates} == {True}
    assert {each["packageId"] for each in certificates} == {None}
    assert {each["enrolmentCode"] for each in certificates} == {None}
    for each in certificates:
        told_of = [text for text in notifications(dialog.records.user) if each["id"] in text]
        assert len(told_of) == 1
        assert dialog.profile in told_of[0]
    assert not screen.page.locator(ON_PAGE).locator("visible=true").count()


def test_the_session_of_the_signature_ends_with_the_certificates(
    new_dialog: NewDialog, bridge: Installation, screen: Screen
) -> None:
    dialog = new_dialog()
    nip = dialog.record["nip"]
    dialog.open()
    dialog.hand_in(sign(dialog.download(), bridge.simulator.port, "seal", "--enveloping"))
    screen.page.wait_for_selector(SIGNER)
    [signed] = bridge.ksef_sessions(nip)
    assert not signed["revoked"]
    dialog.request()
    dialog.wait_until_connected()
    sessions = {each["referenceNumber"]: each for each in bridge.ksef_sessions(nip)}
    assert sessions.pop(signed["referenceNumber"])["revoked"]
    assert dialog.state["request"]["status"] == "Ended"


def test_what_is_amiss_is_told_where_the_file_was_dropped(
    new_dialog: NewDialog, bridge: Installation, screen: Screen, tmp_path: Path
) -> None:
    dialog = new_dialog()
    dialog.open()
    other = tmp_path / "other.xml"
    other.write_text("<Nothing/>")
    dialog.hand_in(other)
    assert OPEN[screen.language] in screen.text_of(NOT_SIGNED)
    document = dialog.download()
    dialog.hand_in(document)
    screen.page.get_by_text(NOT_YET_SIGNED[screen.language]).wait_for()
    screen.picture("signing-not-signed", whole=False)
    other.write_bytes(b" " * 1024 * 1025)
    dialog.hand_in(other)
    screen.page.locator(NOT_SIGNED, has_text="1025 KB").wait_for()
    dialog.hand_in(sign(document, bridge.simulator.port, "person", "--pesel", PESEL))
    screen.page.locator(NOT_SIGNED, has_text=NO_RIGHTS[screen.language]).wait_for()
    screen.picture("signing-refused", whole=False)
    assert dialog.state["request"]["status"] == "Refused"
    dialog.hand_in(sign(dialog.download(), bridge.simulator.port, "seal"))
    screen.page.wait_for_selector(SIGNER)


def test_it_goes_on_where_it_was_left(
    new_dialog: NewDialog, bridge: Installation, espocrm: EspoCrm, screen: Screen
) -> None:
    """The window closed after each step; in the end a job does the rest."""
    dialog = new_dialog()
    dialog.open()
    document = dialog.download()
    dialog.close()
    screen.page.locator(ON_PAGE, has_text=WAITS[screen.language]).wait_for()

    dialog.open_page()
    screen.page.locator(ON_PAGE, has_text=WAITS[screen.language]).wait_for()
    screen.picture("signing-left")
    screen.page.click(f"{ON_PAGE} button")
    screen.page.wait_for_selector(STEPS)
    assert re.search(r"\b\d:\d\d\b", screen.text_of(f"{MODAL} .ksef-time-left"))
    assert dialog.download().read_bytes() == document.read_bytes()
    dialog.hand_in(sign(document, bridge.simulator.port, "seal", "--timestamp"))
    screen.page.wait_for_selector(SIGNER)

    dialog.open_page()
    screen.page.locator(ON_PAGE, has_text=NOT_REQUESTED[screen.language]).wait_for()
    screen.page.click(f"{ON_PAGE} button")
    dialog.request()
    dialog.open_page()
    screen.page.locator(f"{ON_PAGE} button").wait_for()

    collect(dialog, espocrm)
    record = dialog.record
    assert (record["authorizationType"], record["connectionStatus"]) == ("Certificate", "Connected")
    assert record["offlineCertificateId"]


def test_a_profile_that_logs_in_by_token_changes_to_certificates_with_packages(
    new_dialog: NewDialog, bridge: Installation, screen: Screen
) -> None:
    dialog = new_dialog(has_token=True)
    dialog.open_page()
    page = screen.page
    page.click("#main .dropdown-item-list-button")
    page.click('#main [data-action="ksefChangeToCertificate"]')
    label = page.get_by_text(WAYS[screen.language], exact=True)
    way = page.locator(f"{MODAL} .ksef-report tr", has=label)
    way.wait_for()
    screen.picture("signing-ways", whole=False)
    way.locator("button").click()
    page.wait_for_selector(STEPS)
    dialog.hand_in(sign(dialog.download(), bridge.simulator.port, "seal"))
    page.wait_for_selector(SIGNER)
    page.check(WITH_PACKAGE)
    page.click(REQUEST)
    boxes = page.locator(".ksef-requested input")
    boxes.first.wait_for()
    passwords = {register_secret(boxes.nth(index).input_value()) for index in range(boxes.count())}
    assert len(passwords) == 2
    screen.picture("signing-packages", whole=False)
    page.click('.modal-dialog:has(.ksef-requested) [data-name="close"]')
    dialog.wait_until_connected()
    dialog.close()
    record = dialog.record
    assert (record["authorizationType"], record["connectionStatus"]) == ("Certificate", "Connected")
    assert record["tokenReference"]
    for field in ("authorizationCertificateId", "offlineCertificateId"):
        assert dialog.records.user.done("GET", f"KsefCertificate/{record[field]}")["packageId"]


def test_an_offline_certificate_that_is_there_stays(
    new_dialog: NewDialog, bridge: Installation, records: Records, tmp_path: Path
) -> None:
    files = portal_files(tmp_path / "offline", bridge.simulator.port, new_nip(), "Offline")
    dialog = new_dialog(offlineCertificateId=records.certificate(files))
    state = dialog.state
    assert (state["request"], state["missing"]) == (None, ["Authentication"])


def test_by_rest_nothing_goes_out_of_order(new_dialog: NewDialog) -> None:
    dialog = new_dialog()
    user, path = dialog.records.user, f"KsefProfile/{dialog.profile}/signingRequest"
    signed = {"content": base64.b64encode(b"<x/>").decode()}
    for method, where, body, expected in (
        ("PUT", path, signed, (409, ["signing-request-not-begun"])),
        ("POST", f"{path}/certificates", {}, (409, ["signing-request-not-begun"])),
        ("PUT", path, {"content": "not base64!"}, (400, ["signed-file-missing"])),
        ("PUT", path, {"content": ""}, (400, ["signed-file-missing"])),
        ("PUT", path, {}, (400, ["signed-file-missing"])),
    ):
        answer = user.call(method, where, body)
        assert (answer.status, answer.codes) == expected, f"{method} {where} {body}"
    assert user.done("POST", path, {})["request"]["status"] == "AwaitingSignature"
    answer = user.call("POST", f"{path}/certificates", {})
    assert (answer.status, answer.codes) == (409, ["signing-request-not-established"])
    assert user.done("GET", path)["certificates"] == []


def test_a_certificate_that_serves_by_now_stays(
    new_dialog: NewDialog, bridge: Installation, espocrm: EspoCrm, tmp_path: Path
) -> None:
    dialog = new_dialog()
    dialog.signed_by_rest(bridge.simulator.port)
    dialog.request_by_rest()
    nip = dialog.record["nip"]
    files = portal_files(tmp_path / "own", bridge.simulator.port, nip, "Authentication")
    own = dialog.records.certificate(files)
    body = {"authorizationCertificateId": own}
    dialog.records.user.done("PUT", f"KsefProfile/{dialog.profile}", body)
    collect(dialog, espocrm)
    record = dialog.record
    assert record["authorizationCertificateId"] == own
    issued = {each["type"]: each["id"] for each in dialog.state["certificates"]}
    assert record["offlineCertificateId"] == issued["Offline"]
    [told] = [
        text for text in notifications(dialog.records.user) if issued["Authentication"] in text
    ]
    assert dialog.profile not in told


def test_the_password_of_a_package_survives_what_the_other_request_fails_in(
    new_dialog: NewDialog, bridge: Installation, espocrm: EspoCrm
) -> None:
    dialog = new_dialog()
    dialog.signed_by_rest(bridge.simulator.port)
    name = f"Zakład Żółć {dialog.record['nip']} Offline {REQUESTED[dialog.screen.language]} "
    espocrm.execute(
        "INSERT INTO ksef_certificate (id, name, status, type, requested_by_profile_id)"
        " VALUES (:id, CONCAT(:name, UTC_DATE()), 'Requested', 'Offline', :profile)",
        id=dialog.profile[::-1],
        name=name,
        profile=dialog.profile,
    )
    answer = dialog.request_by_rest(withPackage=True)
    assert [register_secret(each["packagePassword"]) for each in answer["packages"]]
    assert ([each["type"] for each in answer["certificates"]], answer["missing"]) == (
        ["Authentication"],
        ["Offline"],
    )
    espocrm.execute("DELETE FROM ksef_certificate WHERE id = :id", id=dialog.profile[::-1])
    assert dialog.request_by_rest()["missing"] == []
    collect(dialog, espocrm)


def test_what_says_nothing_new_leaves_the_dialog_as_it_is_and_news_the_tick(
    new_dialog: NewDialog, bridge: Installation, espocrm: EspoCrm, screen: Screen
) -> None:
    dialog = new_dialog()
    dialog.signed_by_rest(bridge.simulator.port)
    requested = {each["type"]: each["id"] for each in dialog.request_by_rest()["certificates"]}
    rejected = "UPDATE ksef_certificate SET status = 'Inactive', name = :name WHERE id = :id"
    espocrm.execute(rejected, id=requested["Authentication"], name="Odrzucony")
    page = screen.page
    # Nothing new comes of the other one.
    page.route(re.compile(r"/collect$"), lambda route: route.fulfill(json={}))
    dialog.open_page()
    page.click(f"{ON_PAGE} button")
    page.check(WITH_PACKAGE)
    page.locator(WITH_PACKAGE).evaluate("box => { box.dataset.isSeen = ''; }")
    # When one more is asked for, what the one before it said is on the page.
    for _ in range(3):
        with page.expect_response(re.compile(r"/signingRequest$")):
            pass
    assert page.locator(f"{WITH_PACKAGE}[data-is-seen]:focus:checked").count() == 1
    espocrm.execute(rejected, id=requested["Authentication"], name="Nowa nazwa")
    page.locator(CERTIFICATES, has_text="Nowa nazwa").wait_for()
    assert page.is_checked(WITH_PACKAGE)
    dialog.close()
    collect(dialog, espocrm)


def test_a_login_that_the_bridge_knows_no_more_is_begun_anew(
    new_dialog: NewDialog, espocrm: EspoCrm
) -> None:
    dialog = new_dialog()
    espocrm.execute(
        "UPDATE ksef_profile SET signing_request_id = 'lost' WHERE id = :id", id=dialog.profile
    )
    assert dialog.state["request"] is None


def test_a_signed_file_that_is_refused_is_not_logged(
    new_dialog: NewDialog, espocrm: EspoCrm
) -> None:
    dialog = new_dialog()
    content = base64.b64encode(f"<signed>{dialog.profile}</signed>".encode()).decode()
    path = f"KsefProfile/{dialog.profile}/signingRequest"
    assert dialog.records.user.call("PUT", path, {"content": content}).status == 409
    logs = (espocrm.given.root / "data/logs").glob("*.log")
    assert not [each for each in logs if content.encode() in each.read_bytes()]
