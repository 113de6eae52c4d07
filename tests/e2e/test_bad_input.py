"""Each mistake has its own message in both languages; nothing is stored, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.bad_input import BAD_INPUT, Attempt, BadInput, World
from tests.e2e.credential_files import dated_files, portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.refusal_table import RefusalTable
from tests.e2e.rest import RestUser
from tests.e2e.stored_state import StoredState, files_on_disk, is_kept
from tests.installation import Installation, new_nip


@pytest.fixture(scope="module")
def world(
    bridge: Installation,
    records: Records,
    root_user: RestUser,
    tmp_path_factory: pytest.TempPathFactory,
) -> World:
    folder = tmp_path_factory.mktemp("files")
    port = bridge.simulator.port
    saved = portal_files(folder / "saved", port, new_nip(), "Authentication")
    offline = portal_files(folder / "saved-offline", port, new_nip(), "Offline")
    token_nip = new_nip()
    return World(
        installation=bridge,
        root_user=root_user,
        folder=folder,
        nip=new_nip(),
        token_nip=token_nip,
        token_profile=records.token_profile(
            "Zakład Wiśniewska", token_nip, bridge.new_ksef_token(token_nip)
        ),
        authentication=portal_files(folder / "a", port, new_nip(), "Authentication"),
        offline=portal_files(folder / "o", port, new_nip(), "Offline"),
        other=portal_files(folder / "b", port, new_nip(), "Authentication"),
        production=portal_files(folder / "p", port, new_nip(), "Authentication", "Production"),
        expired=dated_files("expired", valid_from_days=-700, valid_to_days=-2),
        not_yet_valid=dated_files("future", valid_from_days=9, valid_to_days=700),
        saved=saved,
        saved_id=records.certificate(saved),
        saved_offline_id=records.certificate(offline),
        offline_name=offline.name,
    )


@pytest.fixture(scope="module")
def table(espocrm: EspoCrm, screenshots: Path) -> Iterator[RefusalTable]:
    """Written when all mistakes were made."""
    filled = RefusalTable(f"Bad input, tried by REST in EspoCRM {espocrm.version}")
    yield filled
    filled.write(screenshots / f"bad-input-{espocrm.version}.md")


@pytest.mark.parametrize("mistake", BAD_INPUT, ids=str)
def test_a_mistake_is_named_and_nothing_is_stored(
    mistake: BadInput,
    world: World,
    administrators: dict[str, RestUser],
    espocrm: EspoCrm,
    table: RefusalTable,
) -> None:
    before = StoredState.of(espocrm)
    attempts = {name: Attempt(user, world) for name, user in administrators.items()}
    answers = {name: mistake.make(attempt) for name, attempt in attempts.items()}
    uploads = [each for attempt in attempts.values() for each in attempt.uploads]
    kept = [each for each in uploads if is_kept(espocrm, each)]
    changes = StoredState.of(espocrm).changes_since(before)
    stored = f"{', '.join(changes) or 'nothing'}; uploads kept {len(kept)} of {len(uploads)}"
    english, polish = answers["en"], answers["pl"]
    table.add(
        mistake.title,
        str(english.status),
        english.reason,
        english.message or english.body.decode()[:300],
        polish.message or polish.body.decode()[:300],
        stored,
    )

    assert [each.status for each in answers.values()] == [mistake.status] * 2
    for language, answer in answers.items():
        assert mistake.code in answer.reason, answer.reason
        assert mistake.code in answer.codes
        said = answer.message.replace("\\", "")
        assert said, "a message"
        assert "{" not in said, "no placeholder is left"
        for fact in attempts[language].facts:
            assert fact in said
    assert english.message != polish.message
    assert changes == []
    assert kept == uploads


def test_a_token_with_line_breaks_is_taken(
    world: World, records: Records, espocrm: EspoCrm
) -> None:
    """Mail programs and terminals break long lines: the parts are joined again."""
    nip = new_nip()
    token = world.installation.new_ksef_token(nip)
    broken = f"\r\n {token[:30]}\r\n{token[30:80]}\n{token[80:]}\n"

    profile = records.token_profile("Łamany token", nip, broken)

    row = espocrm.rows("SELECT * FROM ksef_profile WHERE id = :id", id=profile)[0]
    assert row["token_reference"] == token.split("|")[0]
    assert records.connection_test(profile)["ok"]


def test_after_a_wrong_password_only_the_password_is_typed_again(
    world: World, records: Records, espocrm: EspoCrm
) -> None:
    files = portal_files(
        world.folder / "again", world.installation.simulator.port, new_nip(), "Authentication"
    )
    user = records.user
    uploads = {
        "certificateFileId": user.uploaded("certificateFile", "a.crt", files.certificate),
        "keyFileId": user.uploaded("keyFile", "a.key", files.key),
    }
    refused = records.save_uploads(name="Drugi raz", password="nie to hasło", **uploads)
    saved = records.save_uploads(name="Drugi raz", password=files.password, **uploads)

    assert refused.status == 400
    assert saved.status == 200, saved.body
    assert saved.json["type"] == "Authentication"
    assert files_on_disk(espocrm, list(uploads.values())) == []
