"""Keys in one file under a passphrase, and back; a restore, rehearsed."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from pyrage import encrypt, x25519
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from bridge.credentials.secret import Secret
from bridge.espocrm.tables import metadata
from bridge.keys.api_keys import Scope, add_api_key, read_api_keys
from bridge.keys.backup import BackupUnusable, KeyFiles, export_keys, import_keys
from bridge.keys.errors import KeyFileError
from bridge.keys.master_keys import add_master_key, load_key_ring
from tests.forked_command import run_to_end
from tests.installation import Installation, new_nip
from tests.keys.sealed_by_passphrase import sealed_by_passphrase
from tests.mariadb import MariaDb
from tests.processes import RunningCommand
from tests.secret_register import register_secret


@pytest.fixture(scope="module")
def phrase() -> Secret:
    return Secret(register_secret(secrets.token_urlsafe(16)))


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> KeyFiles:
    return with_keys(tmp_path_factory.mktemp("origin"))


@pytest.fixture(scope="module")
def exported(origin: KeyFiles, phrase: Secret, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("exported") / "keys.age"
    export_keys(origin, phrase, made)
    return made


@pytest.fixture
def backup(origin: KeyFiles, phrase: Secret, tmp_path: Path) -> Path:
    """The same, opened quickly."""
    held = {
        "format": "ksef-bridge keys",
        "masterKeys": json.loads(origin.master_keys.read_bytes())["keys"],
        "apiKeys": json.loads(origin.api_keys.read_bytes())["keys"],
    }
    made = tmp_path / "backup.age"
    made.write_bytes(sealed(json.dumps(held).encode(), phrase))
    return made


def sealed(content: bytes, phrase: Secret) -> bytes:
    return sealed_by_passphrase(content, phrase.reveal_text())


def with_keys(folder: Path) -> KeyFiles:
    files = KeyFiles(folder / "master.json", folder / "api.json")
    for _ in range(2):
        add_master_key(files.master_keys)
        add_api_key(files.api_keys, "espocrm", frozenset(Scope))
    return files


def test_an_empty_machine_gets_all_keys_in_their_order(
    origin: KeyFiles, exported: Path, phrase: Secret, tmp_path: Path
) -> None:
    files = KeyFiles(tmp_path / "new/master.json", tmp_path / "new/api.json")
    import_keys(files, phrase, exported)
    assert files.master_keys.read_text() == origin.master_keys.read_text()
    assert files.api_keys.read_text() == origin.api_keys.read_text()
    assert stat.S_IMODE(files.master_keys.stat().st_mode) == 0o600


def test_keys_that_are_there_stay_and_so_does_the_primary_one(
    origin: KeyFiles, backup: Path, phrase: Secret, tmp_path: Path
) -> None:
    files = with_keys(tmp_path)
    before = [key.id for key in load_key_ring(files.master_keys)]
    clients = {key.id for key in read_api_keys(files.api_keys)}
    added = import_keys(files, phrase, backup)
    assert [key.id for key in load_key_ring(files.master_keys)] == [*before, *added.master_keys]
    assert {key.id for key in read_api_keys(files.api_keys)} == clients | set(added.api_keys)
    again = import_keys(files, phrase, backup)
    assert (again.master_keys, again.api_keys) == ([], [])


def test_what_is_exported_is_closed_and_says_nothing(origin: KeyFiles, exported: Path) -> None:
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    content = exported.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert not any(key.id.encode() in content for key in load_key_ring(origin.master_keys))


def test_a_file_that_is_there_is_not_written_over(
    origin: KeyFiles, exported: Path, phrase: Secret
) -> None:
    before = exported.read_bytes()
    with pytest.raises(BackupUnusable, match="exists already"):
        export_keys(origin, phrase, exported)
    assert exported.read_bytes() == before


def test_keys_that_the_bridge_could_not_use_are_not_exported(
    origin: KeyFiles, phrase: Secret, tmp_path: Path
) -> None:
    damaged = tmp_path / "master.json"
    damaged.write_text('{"keys": [{"id": "1"}]}')
    damaged.chmod(0o600)
    with pytest.raises(KeyFileError, match="damaged"):
        export_keys(KeyFiles(damaged, origin.api_keys), phrase, tmp_path / "keys.age")
    assert not (tmp_path / "keys.age").exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("phrase", "not the passphrase"),
        ("damaged", "damaged"),
        ("shortened", "damaged"),
        ("another", "was not made by `ksef-bridge keys export`"),
        ("for a recipient", "was not made by `ksef-bridge keys export`"),
        ("other content", "was not made by `ksef-bridge keys export`"),
    ],
)
def test_what_cannot_be_opened_is_told_and_changes_nothing(
    change: str, reason: str, backup: Path, phrase: Secret, tmp_path: Path
) -> None:
    content = backup.read_bytes()
    changed = {
        "phrase": content,
        "damaged": content[:-1] + bytes([content[-1] ^ 1]),
        "shortened": content[:-20],
        "another": b"PK\3\4",
        "for a recipient": encrypt(b"{}", [x25519.Identity.generate().to_public()]),
        "other content": sealed(b'{"format": "notes"}', phrase),
    }[change]
    (tmp_path / "keys.age").write_bytes(changed)
    files = with_keys(tmp_path)
    before = files.master_keys.read_bytes(), files.api_keys.read_bytes()
    tried = Secret("another") if change == "phrase" else phrase
    with pytest.raises(BackupUnusable, match=f"cannot be opened: .*{reason}"):
        import_keys(files, tried, tmp_path / "keys.age")
    assert (files.master_keys.read_bytes(), files.api_keys.read_bytes()) == before


def test_keys_that_the_bridge_could_not_use_are_not_imported(
    phrase: Secret, tmp_path: Path
) -> None:
    made_by_hand = {
        "format": "ksef-bridge keys",
        "masterKeys": [{"id": "1", "secret": "c2hvcnQ=", "createdAt": "2026-01-01T00:00:00+00:00"}],
        "apiKeys": [{"id": "1"}],
    }
    (tmp_path / "keys.age").write_bytes(sealed(json.dumps(made_by_hand).encode(), phrase))
    files = with_keys(tmp_path)
    before = files.master_keys.read_bytes(), files.api_keys.read_bytes()
    with pytest.raises(KeyFileError, match=r"keys\.age is damaged"):
        import_keys(files, phrase, tmp_path / "keys.age")
    assert (files.master_keys.read_bytes(), files.api_keys.read_bytes()) == before


@pytest.mark.parametrize("kind", ["master", "api"])
def test_another_key_under_a_known_id_is_told_and_changes_nothing(
    kind: str, origin: KeyFiles, backup: Path, phrase: Secret, tmp_path: Path
) -> None:
    files = with_keys(tmp_path)
    path = tmp_path / f"{kind}.json"
    (of_origin,) = (
        each for each in (origin.master_keys, origin.api_keys) if each.name == path.name
    )
    known = json.loads(of_origin.read_text())["keys"][0]["id"]
    held = json.loads(path.read_text())
    held["keys"][0]["id"] = known
    path.write_text(json.dumps(held))
    before = files.master_keys.read_bytes(), files.api_keys.read_bytes()
    with pytest.raises(KeyFileError, match=f"different keys with the id {known}"):
        import_keys(files, phrase, backup)
    assert (files.master_keys.read_bytes(), files.api_keys.read_bytes()) == before


def test_a_full_disk_leaves_no_part_of_a_backup(
    origin: KeyFiles, phrase: Secret, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("bridge.keys.backup.os.fsync", full)
    with pytest.raises(BackupUnusable, match="No space left"):
        export_keys(origin, phrase, tmp_path / "keys.age")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_interrupted_leaves_no_part_of_a_backup(
    origin: KeyFiles, phrase: Secret, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_content: bytes, _phrase: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("bridge.keys.backup.passphrase.encrypt", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export_keys(origin, phrase, tmp_path / "keys.age")
    assert list(tmp_path.iterdir()) == []


def test_a_restored_bridge_hands_out_tokens(
    mariadb: MariaDb, simulator: RunningCommand, artifacts: Path, tmp_path: Path
) -> None:
    """EspoCRM's database from its dump, the keys from their backup, no state: on a new machine."""
    lost = Installation.create(artifacts / "lost", simulator)
    restored = Installation.create(artifacts / "restored", simulator)
    for each in (lost, restored):
        each.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"] = mariadb.new_database()
    engine = create_engine(lost.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
    metadata.create_all(engine)
    engine.dispose()
    nip = new_nip()
    with lost.running():
        lost.add_token_profile("sklep", nip, lost.new_ksef_token(nip))
        assert lost.access_token("sklep").status == 200
    phrase = tmp_path / "phrase"
    phrase.write_text(register_secret(secrets.token_urlsafe(16)) + "\n")
    backup = tmp_path / "keys.age"
    keys(lost, "export", backup, phrase)

    dump(mariadb, lost, restored)
    for name in ("MASTER_KEYS_FILE", "API_KEYS_FILE"):
        Path(restored.environment[f"KSEF_BRIDGE_{name}"]).unlink()
    keys(restored, "import", backup, phrase)
    restored.api_key = lost.api_key
    with restored.running():
        assert restored.access_token("sklep").status == 200


def keys(installation: Installation, command: str, backup: Path, phrase: Path) -> None:
    arguments = ["keys", command, str(backup), "--passphrase-file", str(phrase)]
    finished = run_to_end(arguments, installation.environment)
    assert finished.returncode == 0, finished.stderr.decode()


def dump(mariadb: MariaDb, source: Installation, target: Installation) -> None:
    """`mariadb-dump`, and the dump read again by another database."""
    names = [
        str(make_url(each.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"]).database)
        for each in (source, target)
    ]
    program = shutil.which("mariadb-dump")
    assert program
    options = ["--no-defaults", f"--socket={mariadb.socket}", "--user=root"]
    made = subprocess.run(
        [program, *options, names[0]], check=True, capture_output=True, env=dict(os.environ)
    )
    mariadb.execute(f"USE {names[1]};\n{made.stdout.decode()}")
