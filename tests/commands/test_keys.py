"""`ksef-bridge keys`: what an administrator types, reads, and is kept from doing by mistake."""

from __future__ import annotations

import itertools
import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.keys.api_keys import read_api_keys
from bridge.keys.master_keys import add_master_key, load_key_ring
from bridge.sessions.state import KsefSession, Phase, SealedToken, SessionState
from bridge.settings import load_settings
from bridge.state.database import StateDatabase, connect
from bridge.vault import Purpose, Vault
from tests.forked_command import run_to_end
from tests.installation import Installation, new_nip
from tests.mariadb import MariaDb
from tests.processes import RunningCommand
from tests.secret_register import register_secret

STATE_URL = "KSEF_BRIDGE_STATE_DATABASE_URL"

_number = itertools.count(1)


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    status: int
    output: str
    said: str


@pytest.fixture
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    return Installation.create(artifacts / f"installation-keys-{next(_number)}", simulator)


@pytest.fixture
def master_keys(installation: Installation) -> Path:
    return Path(installation.environment["KSEF_BRIDGE_MASTER_KEYS_FILE"])


@pytest.fixture
def vault(master_keys: Path) -> Vault:
    return Vault(lambda: load_key_ring(master_keys))


@pytest.fixture
def state(installation: Installation) -> Path:
    """The state database as a bridge makes it at its start."""
    engine = connect(load_settings(installation.environment).state_database_url)
    StateDatabase(engine).create_tables()
    engine.dispose()
    return installation.folder / "state.sqlite3"


def keys(installation: Installation, *arguments: str, **more: str) -> Finished:
    finished = run_to_end(["keys", *arguments], {**installation.environment, **more})
    said = finished.stderr.decode()
    assert "Traceback" not in said
    return Finished(finished.returncode, finished.stdout.decode().strip(), said)


def ids(path: Path) -> list[str]:
    return [key.id for key in load_key_ring(path)]


def seal(vault: Vault, purpose: Purpose, **owner: str) -> str:
    return vault.seal(Secret(register_secret("a secret of a test of keys")), purpose, owner)


def store_session(state: Path, vault: Vault, profile_id: str) -> None:
    """An established session of a profile, as a login stores it."""
    reference = "20261123-AU-33194CE936-829460A8C3-6F"
    owner = {"profileId": profile_id, "referenceNumber": reference}

    def token(purpose: Purpose) -> SealedToken:
        return SealedToken(seal(vault, purpose, **owner), datetime(2030, 1, 1, tzinfo=UTC))

    session = KsefSession(
        phase=Phase.ESTABLISHED,
        credential="c" * 64,
        environment=Environment.TEST,
        context=ContextIdentifier(ContextType.NIP, "5265877635"),
        authentication_method="Token",
        reference_number=reference,
        access_token=token(Purpose.ACCESS_TOKEN),
        refresh_token=token(Purpose.REFRESH_TOKEN),
    )
    document = TypeAdapter(SessionState).dump_json(SessionState(profile_id, 1, session)).decode()
    with sqlite3.connect(state) as connection:
        connection.execute(
            "INSERT INTO ksef_bridge_session (profile_id, state, lease_until) VALUES (?, ?, 0)",
            (profile_id, document),
        )
    connection.close()


def test_an_api_key_is_added_and_removed(installation: Installation) -> None:
    path = Path(installation.environment["KSEF_BRIDGE_API_KEYS_FILE"])
    added = keys(installation, "new-api", "--name", "monitoring", "--scope", "token")
    register_secret(added.output)
    assert "restart" not in added.said
    first, second = (each["id"] for each in json.loads(path.read_text())["keys"])
    assert second in added.said
    removed = keys(installation, "remove-api", first)
    assert (removed.status, removed.output) == (0, first)
    assert [each["id"] for each in json.loads(path.read_text())["keys"]] == [second]


def test_a_key_takes_the_place_of_its_namesakes_when_told(installation: Installation) -> None:
    path = Path(installation.environment["KSEF_BRIDGE_API_KEYS_FILE"])
    before = [key.id for key in read_api_keys(path)]
    for options, left in (
        (("--name", "trials"), 1),
        (("--name", "trials"), 2),
        (("--name", "trials", "--replace"), 1),
    ):
        register_secret(keys(installation, "new-api", *options).output)
        stored = read_api_keys(path)
        assert [key.id for key in stored][: len(before)] == before
        assert [key.name for key in stored][len(before) :] == ["trials"] * left


def test_a_narrower_key_is_made_and_listed(installation: Installation) -> None:
    options = ("--name", "invoices", "--scope", "token", "--environment", "Production")
    bounds = ("--profile", "6b07c1f0a2b3c4d5e", "--profile", "p2", "--calls-per-minute", "60")
    added = keys(installation, "new-api", *options, *bounds)
    register_secret(added.output)
    may = ("token", "environments Production", "profiles 6b07c1f0a2b3c4d5e,p2", "60 calls a minute")
    assert f"({'; '.join(may)})" in added.said
    everything, narrow = keys(installation, "list").output.splitlines()[-2:]
    assert narrow.endswith("  ".join(("invoices", *may)))
    assert everything.endswith("administer,inspect,token")


def test_what_people_read_is_in_their_language(
    installation: Installation, master_keys: Path
) -> None:
    added = keys(installation, "new-api", "--environment", "Test", LANG="pl_PL.UTF-8")
    register_secret(added.output)
    assert "administer,inspect,token; środowiska Testowe) dodano do pliku" in added.said
    master, _, api = keys(installation, "list", "--language", "pl").output.splitlines()
    assert master.startswith("główny  ")
    assert master.endswith("  bieżący  wiek w dniach: 0")
    assert api.endswith("  środowiska Testowe")
    refused = keys(installation, "remove-api", "absent", "--language", "pl")
    assert (refused.status, "nie ma klucza absent; są w nim: " in refused.said) == (1, True)
    unread = keys(installation, "rotate", "--language", "pl", **{STATE_URL: "sqlite:////absent/a"})
    assert (unread.status, "plik /absent/a nie istnieje" in unread.said) == (1, True)
    master_keys.write_text("{")
    damaged = keys(installation, "list", "--language", "pl")
    assert "jest uszkodzony: to nie jest JSON zapisany przez ksef-bridge" in damaged.said


@pytest.mark.parametrize(
    "wrong",
    [
        ("--environment", "Prod"),
        ("--profile", "#KsefProfile/view/1"),
        ("--profile", ""),
        ("--calls-per-minute", "0"),
    ],
)
def test_what_would_narrow_a_key_and_cannot_makes_none(
    installation: Installation, wrong: tuple[str, str]
) -> None:
    refused = keys(installation, "new-api", *wrong)
    assert refused.status == 2
    assert wrong[0] in refused.said
    path = Path(installation.environment["KSEF_BRIDGE_API_KEYS_FILE"])
    assert len(json.loads(path.read_text())["keys"]) == 1


def test_an_unknown_api_key_is_answered_with_those_there_are(installation: Installation) -> None:
    path = Path(installation.environment["KSEF_BRIDGE_API_KEYS_FILE"])
    known = json.loads(path.read_text())["keys"][0]["id"]
    refused = keys(installation, "remove-api", "absent")
    assert refused.status == 1
    assert f"no key absent; it has {known}" in refused.said


def test_the_last_api_key_is_removed_by_force_alone(installation: Installation) -> None:
    path = Path(installation.environment["KSEF_BRIDGE_API_KEYS_FILE"])
    last = json.loads(path.read_text())["keys"][0]["id"]
    refused = keys(installation, "remove-api", last)
    assert refused.status == 1
    assert "ksef-bridge keys new-api" in refused.said
    assert "--force" in refused.said
    assert keys(installation, "remove-api", last, "--force").status == 0
    assert json.loads(path.read_text()) == {"keys": []}


def test_rotation_adds_a_primary_key_and_moves_the_sessions_to_it(
    installation: Installation, master_keys: Path, state: Path, vault: Vault
) -> None:
    [old] = ids(master_keys)
    for profile_id in ("p1", "p2", "p3"):
        store_session(state, vault, profile_id)
    rotated = keys(installation, "rotate")
    assert rotated.status == 0, rotated.said
    new = rotated.output
    assert ids(master_keys) == [new, old]
    assert "renewed in the state database: 3." in rotated.said
    assert f"ksef-bridge keys remove-master {old}" in rotated.said
    assert "KsefRenewSeals" in rotated.said
    stored = state_documents(state)
    assert stored.count(f"ksef1.{new}.") == 6
    assert f"ksef1.{old}." not in stored
    assert keys(installation, "remove-master", old).status == 0
    assert ids(master_keys) == [new]


def test_a_seal_that_no_key_opens_does_not_stop_the_others(
    installation: Installation, master_keys: Path, state: Path, vault: Vault, tmp_path: Path
) -> None:
    [old] = ids(master_keys)
    lost = tmp_path / "lost.json"
    lost_id = add_master_key(lost).id
    store_session(state, Vault(load_key_ring(lost)), "p1")
    store_session(state, vault, "p2")
    rotated = keys(installation, "rotate")
    assert rotated.status == 0, rotated.said
    assert "renewed in the state database: 1." in rotated.said
    stored = state_documents(state)
    assert stored.count(f"ksef1.{rotated.output}.") == 2
    assert stored.count(f"ksef1.{lost_id}.") == 2
    assert f"ksef1.{old}." not in stored


def test_sessions_are_renewed_after_a_key_was_added_without_rotation(
    installation: Installation, master_keys: Path, state: Path, vault: Vault
) -> None:
    [old] = ids(master_keys)
    store_session(state, vault, "p1")
    new = keys(installation, "new-master").output
    assert f"ksef1.{old}." in state_documents(state)
    renewed = keys(installation, "renew")
    assert (renewed.status, renewed.output) == (0, "1")
    assert state_documents(state).count(f"ksef1.{new}.") == 2
    assert keys(installation, "renew").output == "0"
    assert ids(master_keys) == [new, old]


def test_rotation_refuses_a_state_database_that_no_bridge_made(
    installation: Installation, master_keys: Path, tmp_path: Path
) -> None:
    absent = tmp_path / "absent.sqlite3"
    foreign = tmp_path / "foreign.sqlite3"
    foreign.touch()
    before = ids(master_keys)
    for path in (absent, foreign):
        url = f"sqlite:///{path}"
        refused = keys(installation, "rotate", KSEF_BRIDGE_STATE_DATABASE_URL=url)
        assert refused.status == 1
        assert "KSEF_BRIDGE_STATE_DATABASE_URL" in refused.said
    assert not absent.exists()
    assert ids(master_keys) == before, "nothing is changed by a rotation that cannot be finished"


def test_the_primary_master_key_stays_even_by_force(
    installation: Installation, master_keys: Path, state: Path
) -> None:
    [primary] = ids(master_keys)
    refused = keys(installation, "remove-master", primary, "--force")
    assert refused.status == 1
    assert "ksef-bridge keys rotate" in refused.said
    unknown = keys(installation, "remove-master", "absent")
    assert unknown.status == 1
    assert primary in unknown.said
    assert ids(master_keys) == [primary]


def test_a_master_key_that_seals_need_is_not_removed(
    installation: Installation, master_keys: Path, state: Path, vault: Vault
) -> None:
    [old] = ids(master_keys)
    store_session(state, vault, "p1")
    add_espocrm_seals(installation, vault)
    new = keys(installation, "new-master").output
    refused = keys(installation, "remove-master", old)
    assert refused.status == 1
    assert "2 seals under it in ksef_bridge_session.state; run `ksef-bridge keys" in refused.said
    assert "2 seals under it in ksef_profile.token_sealed; EspoCRM's daily job" in refused.said
    assert "1 seals under it in ksef_certificate.private_key_sealed" in refused.said
    assert ids(master_keys) == [new, old]
    forced = keys(installation, "remove-master", old, "--force")
    assert (forced.status, forced.output) == (0, old)
    assert "2 seals under it in ksef_profile.token_sealed" in forced.said
    assert ids(master_keys) == [new]


def test_seals_of_deleted_records_need_no_key(
    installation: Installation, master_keys: Path, state: Path, vault: Vault
) -> None:
    [old] = ids(master_keys)
    installation.add_profile(
        "deleted", "5265877635", deleted=True, token_sealed=seal(vault, Purpose.KSEF_TOKEN)
    )
    new = keys(installation, "new-master").output
    removed = keys(installation, "remove-master", old)
    assert removed.status == 0, removed.said
    assert ids(master_keys) == [new]


@pytest.mark.parametrize(
    ("setting", "url"),
    [
        ("KSEF_BRIDGE_ESPOCRM_DATABASE_URL", "mysql://nobody@127.0.0.1:1/espocrm"),
        ("KSEF_BRIDGE_ESPOCRM_DATABASE_URL", "sqlite://"),
        ("KSEF_BRIDGE_STATE_DATABASE_URL", "mysql://nobody@127.0.0.1:1/state"),
        ("KSEF_BRIDGE_STATE_DATABASE_URL", "sqlite:////absent/state.sqlite3"),
    ],
)
def test_a_master_key_stays_while_a_database_cannot_be_searched(
    installation: Installation, master_keys: Path, state: Path, setting: str, url: str
) -> None:
    [old] = ids(master_keys)
    new = keys(installation, "new-master").output
    refused = keys(installation, "remove-master", old, **{setting: url})
    assert refused.status == 1
    assert setting in refused.said
    assert ids(master_keys) == [new, old]


def test_a_lost_database_does_not_keep_a_master_key_from_being_removed_by_force(
    installation: Installation, master_keys: Path
) -> None:
    [old] = ids(master_keys)
    new = keys(installation, "new-master").output
    forced = keys(installation, "remove-master", old, "--force")
    assert (forced.status, forced.output) == (0, old)
    assert "the state database cannot be read" in forced.said
    assert ids(master_keys) == [new]


def test_seals_are_found_in_mariadb(
    installation: Installation, master_keys: Path, vault: Vault, mariadb: MariaDb
) -> None:
    [old] = ids(master_keys)
    installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"] = mariadb.new_database()
    engine = connect(load_settings(installation.environment).state_database_url)
    StateDatabase(engine).create_tables()
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO ksef_bridge_session (profile_id, state, lease_until) VALUES (%s, %s, 0)",
            ("p1", json.dumps({"sealed": seal(vault, Purpose.ACCESS_TOKEN)})),
        )
    engine.dispose()
    keys(installation, "new-master")
    refused = keys(installation, "remove-master", old)
    assert refused.status == 1
    assert "1 seals under it in ksef_bridge_session.state" in refused.said


def test_master_keys_are_listed_with_their_age(
    installation: Installation, master_keys: Path
) -> None:
    stored = json.loads(master_keys.read_text())
    stored["keys"][0]["createdAt"] = "2026-01-01T00:00:00+00:00"
    master_keys.write_text(json.dumps(stored))
    new = keys(installation, "new-master").output
    master, older, _ = keys(installation, "list").output.splitlines()
    assert master.split()[1] == new
    assert master.endswith("primary  0 days old")
    assert older.split()[-4] == "older"
    assert int(older.split()[-3]) > 300


def state_documents(state: Path) -> str:
    connection = sqlite3.connect(state)
    found = connection.execute("SELECT state FROM ksef_bridge_session ORDER BY profile_id")
    text = "\n".join(document for (document,) in found)
    connection.close()
    return text


def add_espocrm_seals(installation: Installation, vault: Vault) -> None:
    """Two profiles with a token, one certificate with a private key."""
    for profile_id in ("p1", "p2"):
        token = seal(vault, Purpose.KSEF_TOKEN, contextValue=profile_id)
        installation.add_profile(profile_id, new_nip(), token_sealed=token)
    certificate = {
        "facts": {"type": "Authentication", "kind": "Ksef", "fingerprint": "f" * 64},
        "certificatePem": "",
        "privateKeySealed": seal(vault, Purpose.PRIVATE_KEY, publicKey="p"),
    }
    installation.add_certificate("c1", certificate)
