"""Nobody imports our records, by whatever way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.e2e.stored_state import StoredState
from tests.installation import Installation, new_nip

ENTITIES = ("KsefProfile", "KsefCertificate")
MODES: tuple[dict[str, Any], ...] = ({}, {"idleMode": True}, {"manualMode": True})
WORDS = {"en": "are not imported", "pl": "nie można importować"}


def uploaded_rows(user: RestUser, nip: str) -> str:
    rows = f"name;nip\nZ pliku;{nip}\n".encode()
    return str(user.done("POST", "Import/file", rows)["attachmentId"])


def order(entity: str, attachment: str) -> dict[str, Any]:
    return {
        "entityType": entity,
        "attributeList": ["name", "nip" if entity == "KsefProfile" else "identifierValue"],
        "attachmentId": attachment,
        "delimiter": ";",
        "action": "create",
        "headerRow": True,
        "defaultValues": {"environment": "Test", "authorizationType": "Token"},
    }


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("entity", ENTITIES)
def test_an_administrator_is_refused_in_words(
    entity: str,
    language: str,
    administrators: dict[str, RestUser],
    bridge: Installation,
    espocrm: EspoCrm,
) -> None:
    user = administrators[language]
    file = uploaded_rows(user, new_nip())
    before = StoredState.of(espocrm)

    answers = [user.call("POST", "Import", {**order(entity, file), **mode}) for mode in MODES]

    assert [each.status for each in answers] == [403] * len(MODES)
    assert all(each.codes == ["import-refused"] for each in answers)
    assert all(WORDS[language] in each.message for each in answers)
    assert StoredState.of(espocrm).changes_since(before) == []
    assert espocrm.rows("SELECT id FROM import WHERE entity_type LIKE 'Ksef%'") == []


def test_an_import_that_was_begun_before_is_not_carried_on(
    records: Records, bridge: Installation, espocrm: EspoCrm
) -> None:
    file = uploaded_rows(records.user, new_nip())
    body = {**order("KsefProfile", file), "entityType": "Account", "attributeList": ["name", ""]}
    begun = records.user.done("POST", "Import", {**body, "manualMode": True})["id"]
    espocrm.execute("UPDATE import SET entity_type = 'KsefProfile' WHERE id = :id", id=begun)
    before = StoredState.of(espocrm)

    try:
        assert "Error occurred: import-refused" in said_of_import(espocrm, begun)
        assert StoredState.of(espocrm).changes_since(before) == []
    finally:
        espocrm.execute("DELETE FROM import WHERE id = :id", id=begun)


def said_of_import(espocrm: EspoCrm, begun: str) -> str:
    """EspoCRM 10 ends with an error, EspoCRM 9 only says that there was one."""
    try:
        return espocrm.command("import", f"--id={begun}")
    except AssertionError as failed:
        return str(failed)


def test_others_are_imported_as_before(records: Records, bridge: Installation) -> None:
    file = uploaded_rows(records.user, new_nip())
    body = {**order("Account", file), "attributeList": ["name", ""], "defaultValues": {}}

    assert records.user.done("POST", "Import", body)["countCreated"] == 1
