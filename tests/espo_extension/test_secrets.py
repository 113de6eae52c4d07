"""In the metadata that EspoCRM reads, nothing secret can be read, stored or exported."""

from __future__ import annotations

from typing import Any

import pytest

INPUTS = [
    ("KsefProfile", "token"),
    ("KsefCertificate", "certificateFile"),
    ("KsefCertificate", "keyFile"),
    ("KsefCertificate", "password"),
]
SEALS = [("KsefProfile", "tokenSealed"), ("KsefCertificate", "privateKeySealed")]
ENTITIES = ["KsefProfile", "KsefCertificate"]


@pytest.mark.parametrize(("entity", "name"), INPUTS)
def test_an_input_has_no_column_and_is_never_read(
    resources: dict[str, Any], entity: str, name: str
) -> None:
    assert resources[f"metadata/entityDefs/{entity}"]["fields"][name]["notStorable"] is True
    assert resources[f"metadata/entityAcl/{entity}"]["fields"][name] == {"internal": True}


@pytest.mark.parametrize("name", ["certificateFile", "keyFile"])
def test_the_name_of_an_uploaded_file_has_no_column_either(
    resources: dict[str, Any], name: str
) -> None:
    fields = resources["metadata/entityDefs/KsefCertificate"]["fields"]
    assert fields[f"{name}Name"]["notStorable"] is True
    acl = resources["metadata/entityAcl/KsefCertificate"]["fields"]
    assert acl[f"{name}Name"] == {"internal": True}


@pytest.mark.parametrize("name", ["certificateFile", "keyFile"])
def test_espocrm_itself_refuses_no_upload(resources: dict[str, Any], name: str) -> None:
    # It would refuse in English, log the body, and not even enforce the size.
    field = resources["metadata/entityDefs/KsefCertificate"]["fields"][name]
    assert not field.keys() & {"accept", "maxFileSize"}


@pytest.mark.parametrize(("entity", "name"), SEALS)
def test_a_seal_is_for_code_only(resources: dict[str, Any], entity: str, name: str) -> None:
    assert resources[f"metadata/entityAcl/{entity}"]["fields"][name] == {"forbidden": True}


@pytest.mark.parametrize(("entity", "name"), INPUTS + SEALS)
def test_no_path_of_espocrm_carries_a_secret_on(
    resources: dict[str, Any], entity: str, name: str
) -> None:
    field = resources[f"metadata/entityDefs/{entity}"]["fields"][name]
    for flag in (
        "exportDisabled",
        "orderDisabled",
        "importDisabled",
        "massUpdateDisabled",
        "duplicateIgnore",
        "textFilterDisabled",
    ):
        assert field[flag] is True, flag
    assert "audited" not in field


@pytest.mark.parametrize("entity", ENTITIES)
def test_entities_are_for_administrators_and_cannot_be_carried_out(
    resources: dict[str, Any], entity: str
) -> None:
    scope = resources[f"metadata/scopes/{entity}"]
    for flag in ("tab", "acl", "object", "stream", "importable", "customizable"):
        assert scope[flag] is False, flag
    assert scope["module"] == "Ksef"
    assert resources[f"metadata/entityAcl/{entity}"]["fields"]["deleteId"] == {"forbidden": True}
    record = resources[f"metadata/recordDefs/{entity}"]
    assert record["exportDisabled"] is True
    assert record["massActions"]["update"] == {"disabled": True}
    assert record["actions"]["merge"] == {"disabled": True}
    client = resources[f"metadata/clientDefs/{entity}"]
    for flag in ("duplicateDisabled", "mergeDisabled", "exportDisabled", "massUpdateDisabled"):
        assert client[flag] is True, flag


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_last_write_does_not_win_silently(resources: dict[str, Any], entity: str) -> None:
    assert resources[f"metadata/entityDefs/{entity}"]["optimisticConcurrencyControl"] is True


def test_the_package_is_not_copied_with_a_record(resources: dict[str, Any]) -> None:
    # It holds the key: see Core/Record/Duplicator/EntityDuplicator.php.
    fields = resources["metadata/entityDefs/KsefCertificate"]["fields"]
    assert fields["package"]["duplicateIgnore"] is True


def test_profiles_cannot_be_related_through_a_certificate(resources: dict[str, Any]) -> None:
    links = resources["metadata/entityAcl/KsefCertificate"]["links"]
    panels = resources["metadata/clientDefs/KsefCertificate"]["relationshipPanels"]
    for link in ("authorizationProfiles", "offlineProfiles"):
        assert links[link] == {"readOnly": True}
        for flag in ("createDisabled", "selectDisabled", "unlinkDisabled"):
            assert panels[link][flag] is True, flag


def test_settings_are_not_for_everybody(resources: dict[str, Any]) -> None:
    # EspoCRM heeds the level superAdmin in restricted mode only.
    fields = resources["metadata/entityDefs/Settings"]["fields"]
    assert all(field["onlyAdmin"] is True for field in fields.values())
    assert resources["metadata/app/config"]["params"] == {
        "ksefBridgeUrl": {"level": "superAdmin"},
        "ksefBridgeApiKey": {"level": "internal"},
        "ksefDocumentationUrl": {"level": "admin"},
    }
    # What links are made of is what the bridge said, never what a request sends.
    assert fields["ksefDocumentationUrl"]["readOnly"] is True


def test_files_and_passwords_of_a_request_that_failed_are_not_logged(
    resources: dict[str, Any],
) -> None:
    concealing = resources["metadata/app/api"]["actionMiddlewareClassNameListMap"]
    routes = [
        f"{each['method']}_{each['route']}"
        for each in resources["routes"]
        if "CertificateFiles" in each["actionClassName"]
    ]
    assert len(routes) == 4
    for route in routes:
        assert any("ConcealRequestBody" in name for name in concealing[route]), route
