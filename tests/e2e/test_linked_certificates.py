"""A certificate that a profile uses stays; links are made in the profile alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.stored_state import StoredState
from tests.installation import Installation, new_nip

FIRST, SECOND = "Sklep *Pierwszy*", "Sklep [Drugi]"


@dataclass(frozen=True)
class Linked:
    """One certificate, two profiles that use it, one that does not."""

    certificate: str
    profiles: tuple[str, str]
    unlinked_certificate: str
    token_profile: str


@pytest.fixture(scope="module")
def linked(
    bridge: Installation, records: Records, tmp_path_factory: pytest.TempPathFactory
) -> Linked:
    folder = tmp_path_factory.mktemp("files")
    port = bridge.simulator.port
    first, second, third = new_nip(), new_nip(), new_nip()
    certificate = records.certificate(portal_files(folder / "1", port, first, "Authentication"))
    return Linked(
        certificate,
        (
            records.certificate_profile(FIRST, first, certificate),
            records.certificate_profile(SECOND, second, certificate),
        ),
        records.certificate(portal_files(folder / "2", port, second, "Authentication")),
        records.token_profile("Sklep Trzeci", third, bridge.new_ksef_token(third)),
    )


def test_deleting_is_refused_and_the_profiles_are_named(
    linked: Linked, records: Records, espocrm: EspoCrm
) -> None:
    before = StoredState.of(espocrm)
    answer = records.user.call("DELETE", f"KsefCertificate/{linked.certificate}")
    assert answer.status == 409, answer.body
    assert answer.codes == ["certificate-in-use"]
    said = answer.message.replace("\\", "")
    assert FIRST in said
    assert SECOND in said
    assert all(f"#KsefProfile/view/{each}" in answer.message for each in linked.profiles)
    assert StoredState.of(espocrm).changes_since(before) == []


def test_mass_deleting_is_refused_whole(linked: Linked, records: Records, espocrm: EspoCrm) -> None:
    before = StoredState.of(espocrm)
    body = {
        "entityType": "KsefCertificate",
        "action": "delete",
        "params": {"ids": [linked.unlinked_certificate, linked.certificate]},
        "idle": False,
    }
    answer = records.user.call("POST", "MassAction", body)
    assert answer.status == 409, answer.body
    assert FIRST in answer.message.replace("\\", "")
    assert StoredState.of(espocrm).changes_since(before) == []


@pytest.mark.parametrize("link", ["authorizationProfiles", "offlineProfiles"])
def test_the_certificates_link_endpoints_refuse(
    link: str, linked: Linked, records: Records, espocrm: EspoCrm
) -> None:
    before = StoredState.of(espocrm)
    path = f"KsefCertificate/{linked.certificate}/{link}"
    for method, profile in (("POST", linked.token_profile), ("DELETE", linked.profiles[0])):
        answer = records.user.call(method, path, {"id": profile})
        assert answer.status in (403, 409), f"{method}: {answer.status} {answer.body!r}"
    assert StoredState.of(espocrm).changes_since(before) == []


@pytest.mark.parametrize("link", ["authorizationCertificate", "offlineCertificate"])
def test_the_profiles_link_endpoints_refuse(
    link: str, linked: Linked, records: Records, espocrm: EspoCrm
) -> None:
    before = StoredState.of(espocrm)
    certificate = {"id": linked.certificate}
    for method, profile in (("POST", linked.token_profile), ("DELETE", linked.profiles[0])):
        answer = records.user.call(method, f"KsefProfile/{profile}/{link}", certificate)
        assert answer.status in (400, 403, 404, 405, 409), f"{method}: {answer.status}"
    assert StoredState.of(espocrm).changes_since(before) == []


def test_a_deleted_profile_whose_place_is_taken_stays_deleted(
    records: Records, bridge: Installation, espocrm: EspoCrm
) -> None:
    nip = new_nip()
    deleted = records.token_profile("Pierwszy", nip, bridge.new_ksef_token(nip))
    records.user.done("DELETE", f"KsefProfile/{deleted}")
    records.token_profile("Następca", nip, bridge.new_ksef_token(nip))
    before = StoredState.of(espocrm)

    answer = records.user.call("POST", "KsefProfile/action/restoreDeleted", {"id": deleted})

    assert answer.status == 409, answer.body
    assert "profile-exists" in answer.codes
    assert "Następca" in answer.message
    assert StoredState.of(espocrm).changes_since(before) == []


def test_the_same_company_twice_is_refused(records: Records, bridge: Installation) -> None:
    nip = new_nip()
    records.token_profile("Pierwszy", nip, bridge.new_ksef_token(nip))
    token = bridge.new_ksef_token(nip)
    answer = records.save_profile(name="Drugi", nip=nip, authorizationType="Token", token=token)
    assert answer.status == 409
    assert "profile-exists" in answer.codes
    assert "Pierwszy" in answer.message
