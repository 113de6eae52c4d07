"""A regular user, a program and a customer in a portal see and do nothing of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.credential_files import portal_files
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip

WHO = ("regular", "api", "portal")
ENTITIES = ("KsefProfile", "KsefCertificate")
Route = tuple[str, str, object]
FILES = {"files": [{"name": "a.crt", "content": "LQ=="}]}
RECORD_ROUTES: tuple[Route, ...] = (
    ("GET", "{entity}", None),
    ("POST", "{entity}", {"name": "x"}),
    ("GET", "{entity}/{id}", None),
    ("PUT", "{entity}/{id}", {"name": "x"}),
    ("PATCH", "{entity}/{id}", {"name": "x"}),
    ("DELETE", "{entity}/{id}", None),
    ("GET", "{entity}/{id}/{link}", None),
    ("POST", "{entity}/{id}/{link}", {"id": "{other}"}),
    ("DELETE", "{entity}/{id}/{link}", {"id": "{other}"}),
    ("GET", "{entity}/{id}/stream", None),
    ("PUT", "{entity}/{id}/subscription", {}),
    ("POST", "{entity}/action/getDuplicateAttributes", {"id": "{id}"}),
    ("POST", "{entity}/action/restoreDeleted", {"id": "{id}"}),
    ("POST", "MassAction", {"entityType": "{entity}", "action": "delete", "params": {"ids": []}}),
    ("POST", "Export", {"entityType": "{entity}", "format": "csv", "ids": ["{id}"]}),
    ("POST", "{entity}/{id}/forgetCredential", {}),
)
OTHER_ROUTES: tuple[Route, ...] = (
    ("POST", "KsefProfile/{profile}/testConnection", {}),
    ("POST", "KsefProfile/{profile}/acknowledgePermissions", {}),
    ("POST", "KsefProfile/{profile}/logOut", {}),
    ("GET", "KsefProfile/{profile}/fittingCertificates", None),
    ("POST", "KsefProfile/{profile}/sortCertificates", FILES),
    ("POST", "KsefProfile/{profile}/addCertificates", FILES),
    ("GET", "KsefProfile/{profile}/signingRequest", None),
    ("POST", "KsefProfile/{profile}/signingRequest", {}),
    ("PUT", "KsefProfile/{profile}/signingRequest", {"content": "LQ=="}),
    ("POST", "KsefProfile/{profile}/signingRequest/certificates", {}),
    ("POST", "KsefProfile/sortCertificates", FILES),
    ("POST", "KsefProfile/addCertificates", FILES),
    ("GET", "KsefBridge/health", None),
    ("GET", "KsefBridge/tokenValidity", None),
    ("GET", "KsefBridge/companies/5265877635", None),
    ("GET", "KsefBridge/firstSteps?whole=true", None),
    ("GET", "KsefBridge/jobs", None),
    ("GET", "KsefBridge/ends", None),
)
LINKS = {"KsefProfile": "authorizationCertificate", "KsefCertificate": "authorizationProfiles"}


@pytest.fixture(scope="module")
def ids(
    bridge: Installation, records: Records, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    nip = new_nip()
    files = portal_files(
        tmp_path_factory.mktemp("files"), bridge.simulator.port, nip, "Authentication"
    )
    certificate = records.certificate(files)
    profile = records.certificate_profile("Nie dla nich", nip, certificate)
    return {"KsefProfile": profile, "KsefCertificate": certificate}


def filled(value: Any, names: dict[str, str]) -> Any:
    """The value with each `{name}` in its texts replaced."""
    if isinstance(value, str):
        return value.format(**names)
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    return value


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("entity", ENTITIES)
def test_every_record_route_is_forbidden(
    who: str, entity: str, outsiders: dict[str, RestUser], ids: dict[str, str]
) -> None:
    (other,) = (each for each in ENTITIES if each != entity)
    names = {"entity": entity, "id": ids[entity], "link": LINKS[entity], "other": ids[other]}
    answers = {
        f"{method} {path}": outsiders[who].call(method, path.format(**names), filled(body, names))
        for method, path, body in RECORD_ROUTES
    }
    assert {route: each.status for route, each in answers.items() if each.status != 403} == {}
    assert not [route for route, each in answers.items() if b"Nie dla nich" in each.body]


@pytest.mark.parametrize("who", WHO)
def test_every_other_route_is_forbidden(
    who: str, outsiders: dict[str, RestUser], ids: dict[str, str]
) -> None:
    profile = ids["KsefProfile"]
    statuses = {
        f"{method} {path}": outsiders[who].call(method, path.format(profile=profile), body).status
        for method, path, body in OTHER_ROUTES
    }
    assert set(statuses.values()) == {403}, statuses


@pytest.mark.parametrize("who", WHO)
def test_uploading_is_forbidden(who: str, outsiders: dict[str, RestUser]) -> None:
    for field in ("certificateFile", "keyFile"):
        assert outsiders[who].upload(field, "a.pem", b"nothing secret").status == 403


@pytest.mark.parametrize("who", WHO)
def test_metadata_and_language_tell_nothing(who: str, outsiders: dict[str, RestUser]) -> None:
    metadata = outsiders[who].done("GET", "Metadata")
    texts = outsiders[who].done("GET", "I18n")
    told = [
        f"{section}.{entity}"
        for section, content in metadata.items()
        if isinstance(content, dict)
        for entity in ENTITIES
        if entity in content
    ]
    assert told == []
    assert [entity for entity in ENTITIES if entity in texts] == []
    assert [entity for entity in ENTITIES if entity in texts["Global"]["scopeNames"]] == []


@pytest.mark.parametrize("who", WHO)
def test_settings_tell_neither_url_nor_key(who: str, outsiders: dict[str, RestUser]) -> None:
    settings = outsiders[who].done("GET", "Settings")
    assert [name for name in settings if name.startswith("ksef")] == []
    user = outsiders[who].done("GET", "App/user")
    assert [name for name in user["settings"] if name.startswith("ksef")] == []


def test_an_administrator_reads_the_url_and_not_the_key(
    records: Records, bridge: Installation
) -> None:
    settings = records.user.done("GET", "Settings")
    assert settings["ksefBridgeUrl"].startswith("http://127.0.0.1:")
    assert "ksefBridgeApiKey" not in settings
