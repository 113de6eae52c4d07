"""What no screen of ours sends, and what happens while a slow bridge is waited for."""

from __future__ import annotations

import base64
import threading
import time
from pathlib import Path

import pytest

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.credential_files import CredentialFiles, portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.fake_bridges import answering_too_late, connecting_slowly, listening
from tests.e2e.records import Records
from tests.e2e.rest import Answer, RestUser
from tests.e2e.stored_state import is_kept
from tests.installation import Installation, new_nip

ONE_CALL_SECONDS = 15
"""How long the extension waits for one answer of the bridge."""

LETTER = b"A letter that is no business of ours."


@pytest.fixture
def files(bridge: Installation, tmp_path: Path) -> CredentialFiles:
    return portal_files(tmp_path, bridge.simulator.port, new_nip(), "Authentication")


@pytest.mark.parametrize("field", ["environment", "authorizationType"])
def test_the_empty_option_is_no_choice(field: str, records: Records, bridge: Installation) -> None:
    chosen = {"environment": "Test", "authorizationType": "Token", field: ""}

    answer = records.save_profile(name="Firma", nip=new_nip(), **chosen)

    assert answer.status == 400
    assert answer.json["messageTranslation"]["data"] == {"field": field, "type": "required"}


def test_the_file_of_another_record_is_neither_taken_nor_removed(
    espocrm: EspoCrm, records: Records, files: CredentialFiles
) -> None:
    original = document_with(records.user, LETTER)
    copied = records.user.done(
        "POST",
        f"Attachment/copy/{original}",
        {"relatedType": "KsefCertificate", "field": "keyFile"},
    )["id"]
    certificate = records.user.uploaded(
        "certificateFile", files.certificate_name, files.certificate
    )

    refused = records.save_uploads(
        certificateFileId=certificate, keyFileId=copied, password=files.password
    )
    espocrm.execute(
        "UPDATE attachment SET created_at = '2026-01-01 00:00:00' WHERE id = :id", id=copied
    )
    espocrm.run_job("KsefRemoveAbandonedUploads")

    assert (refused.status, refused.codes) == (400, ["upload-foreign"])
    assert not is_kept(espocrm, copied)
    assert is_kept(espocrm, original)


def document_with(user: RestUser, content: bytes) -> str:
    """The attachment of a Document of EspoCRM's own."""
    encoded = base64.b64encode(content).decode()
    upload = user.done(
        "POST",
        "Attachment",
        {
            "name": "letter.txt",
            "type": "text/plain",
            "role": "Attachment",
            "relatedType": "Document",
            "field": "file",
            "file": f"data:text/plain;base64,{encoded}",
        },
    )["id"]
    user.done("POST", "Document", {"name": "Letter", "fileId": upload, "publishDate": "2026-01-01"})
    return str(upload)


def test_a_key_is_forgotten_without_waiting_for_every_profile(
    espocrm: EspoCrm,
    root_user: RestUser,
    records: Records,
    bridge: Installation,
    files: CredentialFiles,
) -> None:
    certificate = records.certificate(files)
    for name in ("A", "B"):
        records.certificate_profile(name, new_nip(), certificate)

    with (
        listening(answering_too_late()) as fake,
        other_bridge(root_user, bridge, fake.url, bridge.api_key),
    ):
        start = time.monotonic()
        answer = records.user.done("POST", f"KsefCertificate/{certificate}/forgetCredential", {})
        seconds = time.monotonic() - start

    assert answer["sessionsRevoked"] is False
    assert seconds < 2 * ONE_CALL_SECONDS
    stored = espocrm.rows(
        "SELECT private_key_sealed FROM ksef_certificate WHERE id = :id", id=certificate
    )
    assert stored == [{"private_key_sealed": None}]


def test_a_profile_may_be_deleted_while_it_is_tested(
    root_user: RestUser, records: Records, bridge: Installation, files: CredentialFiles
) -> None:
    profile = records.certificate_profile("A", new_nip(), records.certificate(files))
    answers: list[Answer] = []

    with (
        listening(connecting_slowly(seconds=2)) as fake,
        other_bridge(root_user, bridge, fake.url, bridge.api_key),
    ):
        test = threading.Thread(
            target=lambda: answers.append(
                records.user.call("POST", f"KsefProfile/{profile}/testConnection", {})
            )
        )
        test.start()
        time.sleep(1)
        records.user.done("DELETE", f"KsefProfile/{profile}")
        test.join()

    assert [each.status for each in answers] == [200]
