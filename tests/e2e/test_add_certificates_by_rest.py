"""*Add Certificates* by REST: into the profile that is named, else into that of the company."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bridge.credentials.identifiers import internal_id_that_fits
from tests.e2e.breaking_proxy import BreakingPoint, BreakingProxy, breaking_proxy
from tests.e2e.bridge_settings import other_bridge
from tests.e2e.credential_files import portal_files
from tests.e2e.portal_company import (
    Company,
    certificates_of,
    encoded,
    linked,
    new_company,
    new_profile,
    profiles_of,
)
from tests.e2e.records import LINK_FIELDS, Records
from tests.e2e.rest import Answer, RestUser
from tests.installation import Installation, new_nip

pytestmark = pytest.mark.usefixtures("uploads_left")

PESEL = "44051401458"


@pytest.fixture
def company(bridge: Installation, tmp_path: Path) -> Company:
    return new_company(bridge, tmp_path)


def route(action: str, profile: str | None) -> str:
    return f"KsefProfile/{profile}/{action}" if profile else f"KsefProfile/{action}"


def sort(user: RestUser, profile: str | None, **body: object) -> Any:
    return user.done("POST", route("sortCertificates", profile), body)


def add(user: RestUser, profile: str | None, sorting: Any, **body: object) -> Answer:
    """Save what was shown."""
    fingerprints = {
        each["field"]: each["facts"]["fingerprint"]
        for each in sorting["certificates"]
        if each["field"]
    }
    shown = {"fingerprints": fingerprints, "profileId": sorting["profile"]["id"]}
    return user.call("POST", route("addCertificates", profile), {**shown, **body})


def codes(found: list[Any]) -> list[str]:
    return [each["code"] for each in found]


def test_a_second_time_links_what_is_stored(
    records: Records, company: Company, bridge: Installation
) -> None:
    """First into a profile that logs in by token, and out of a zip."""
    user, files = records.user, company.sent()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in company.given():
            archive.writestr(name, content)
    zipped = {**files, "files": encoded([("pakiet.zip", written.getvalue())])}
    first = records.token_profile("Z tokenem", company.nip, bridge.new_ksef_token(company.nip))
    assert add(user, first, sort(user, first, **zipped), **zipped).status == 200
    stored = linked(user, first)
    assert len(set(stored)) == 2
    assert None not in stored
    assert user.done("GET", f"KsefProfile/{first}")["authorizationType"] == "Certificate"

    again = sort(user, None, environment="Test", **files)
    assert again["profile"]["id"] == first
    said = [codes(each["findings"]) for each in again["certificates"]]
    assert said == [["certificate-linked-already"], ["certificate-linked-already"]]
    assert add(user, None, again, environment="Test", **files).json["profileId"] == first

    second = new_profile(records, new_nip(), name="Drugi")
    elsewhere = sort(user, second, **files)
    said = [codes(each["findings"]) for each in elsewhere["certificates"]]
    assert {each[0] for each in said} == {"certificate-stored-already"}
    assert {each[-1] for each in said} == {"linked-certificate-of-another-nip"}
    assert add(user, second, elsewhere, **files).status == 200
    assert linked(user, first) == linked(user, second) == stored
    assert sorted(certificates_of(user, company.nip)) == sorted(str(each) for each in stored)


def break_an_inspection(proxy: BreakingProxy, again: bool = True) -> None:
    """cURL repeats a call once when the connection that it had kept is gone."""
    act = partial(break_an_inspection, proxy, again=False) if again else lambda: None
    proxy.break_at(BreakingPoint("POST", "/v1/certificates/inspect$", "before", act))


def test_what_one_is_refused_for_does_not_keep_the_other_out(
    records: Records,
    company: Company,
    bridge: Installation,
    root_user: RestUser,
    uploads_left: Callable[[], int],
) -> None:
    user = records.user
    files = {**company.sent(), "environment": "Test"}
    alone = {**files, "files": encoded(company.given()[:2])}
    with (
        breaking_proxy(bridge) as proxy,
        other_bridge(root_user, bridge, proxy.url, bridge.api_key),
    ):
        break_an_inspection(proxy)
        nothing = add(user, None, sort(user, None, **alone), **alone)
        assert nothing.status == 503
        assert uploads_left() == 0
        assert profiles_of(user, company.nip) == []

        break_an_inspection(proxy)
        answer = add(user, None, sort(user, None, **files), **files)
        assert answer.status == 200
        refused, stored = answer.json["certificates"]
        assert (refused["field"], refused["id"]) == ("authorizationCertificate", None)
        assert refused["message"]
        assert stored["message"] is None
        profile = answer.json["profileId"]
        assert linked(user, profile) == [None, stored["id"]]
        assert uploads_left() == 0
    sorting = sort(user, None, **files)
    assert sorting["profile"]["id"] == profile
    repeated = add(user, None, sorting, **files)
    assert [each["message"] for each in repeated.json["certificates"]] == [None, None]
    assert profiles_of(user, company.nip) == [profile]
    assert None not in linked(user, profile)
    assert len(certificates_of(user, company.nip)) == 2


def test_the_issuer_tells_production_alone(
    records: Records, bridge: Installation, company: Company, tmp_path: Path
) -> None:
    user = records.user
    of_production = new_company(bridge, tmp_path / "production", "Production")
    told = sort(user, None, **of_production.sent())["profile"]
    assert (told["environment"], told["nip"]) == ("Production", of_production.nip)
    assert (told["id"], told["name"], told["missing"]) == (None, "Sklep Kowalski", [])

    unknown = sort(user, None, **company.sent())
    assert unknown["profile"]["environment"] is None
    assert codes(unknown["profile"]["missing"]) == ["environment-not-chosen"]
    assert [each["field"] for each in unknown["certificates"]] == list(LINK_FIELDS.values())
    answer = add(user, None, unknown, **company.sent())
    assert (answer.status, answer.codes) == (400, ["environment-not-chosen"])

    other = sort(user, None, environment="Production", **company.sent())
    assert [each["field"] for each in other["certificates"]] == [None, None]


def test_the_profile_is_that_of_the_company_and_not_of_its_unit(
    records: Records, company: Company
) -> None:
    user = records.user
    files = {**company.sent(), "environment": "Test"}
    unit = internal_id_that_fits(f"{company.nip}-00010")
    new_profile(records, company.nip, internalId=unit)
    sorting = sort(user, None, **files)
    assert sorting["profile"]["id"] is None
    made = add(user, None, sorting, **files).json["profileId"]
    record = user.done("GET", f"KsefProfile/{made}")
    told = {
        "nip": company.nip,
        "internalId": "",
        "environment": "Test",
        "authorizationType": "Certificate",
        "name": "Sklep Kowalski",
        "companyName": "Sklep Kowalski",
        "status": "Active",
    }
    assert told.items() <= record.items()
    assert None not in linked(user, made)


def test_a_nip_that_no_company_has_stores_nothing(
    records: Records, bridge: Installation, tmp_path: Path
) -> None:
    user, nip = records.user, new_nip()
    wrong = f"{nip[:9]}{(int(nip[9]) + 1) % 10}"
    person = portal_files(tmp_path, bridge.simulator.port, PESEL, "Authentication")
    files: dict[str, object] = {
        "files": encoded([("p.crt", person.certificate), ("p.key", person.key)]),
        "password": person.password,
        "environment": "Test",
    }
    sorting = sort(user, None, **files)
    assert sorting["profile"]["isNipTold"] is False
    assert codes(sorting["profile"]["missing"]) == ["nip-malformed"]
    assert codes(sorting["certificates"][0]["findings"]) == []
    answer = add(user, None, sorting, nip=wrong, **files)
    assert (answer.status, answer.codes) == (400, ["nip-check-digit"])
    assert certificates_of(user, PESEL) == []


def test_what_was_not_shown_is_not_saved(records: Records, company: Company) -> None:
    user = records.user
    files = {**company.sent(), "environment": "Test"}
    right = {
        each["field"]: each["facts"]["fingerprint"]
        for each in sort(user, None, **files)["certificates"]
    }
    otherwise: list[dict[str, object]] = [
        {"fingerprints": {}},
        {"fingerprints": {"authorizationCertificate": "0" * 64}},
        {"fingerprints": None},
        {"fingerprints": right, "profileId": "another"},
    ]
    for shown in otherwise:
        answer = user.call("POST", route("addCertificates", None), {**files, **shown})
        assert answer.status == 409
        assert answer.codes == ["certificates-sorted-otherwise"]
    assert certificates_of(user, company.nip) == profiles_of(user, company.nip) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "files-incomplete"),
        ({"files": []}, "files-incomplete"),
        ({"files": [{"name": "a.crt"}]}, "files-incomplete"),
        ({"files": [{"name": "a.crt", "content": "?"}]}, "files-incomplete"),
        ({"files": [{"name": "a", "content": "YQ=="}] * 2}, "files-incomplete"),
        ({"files": [{"name": "a.crt", "content": "YQ=="}], "passwords": 1}, "files-incomplete"),
        ({"files": encoded([("a.crt", b"-" * 65537)])}, "file-too-large"),
        ({"files": encoded([(str(at), b"-") for at in range(21)])}, "files-too-many"),
        ({"files": encoded([(str(at), b"-" * 65000) for at in range(12)])}, "files-too-many"),
    ],
)
def test_what_cannot_be_sorted_is_refused_in_words(
    records: Records, body: dict[str, object], code: str
) -> None:
    answer = records.user.call("POST", route("sortCertificates", None), body)
    assert answer.status == 400
    assert answer.codes == [code]
    assert answer.message
