"""Key files: made by the command, refused when exposed, telling what is wrong."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from pathlib import Path

import pytest

from bridge.keys.api_keys import ApiKeys, Scope, add_api_key, read_api_keys, remove_api_key
from bridge.keys.errors import (
    KeyFileDamaged,
    KeyFileEmpty,
    KeyFileError,
    KeyFileExposed,
    KeyFileMissing,
    KeyUnknown,
    LastApiKey,
    PrimaryMasterKey,
)
from bridge.keys.key_file import sole_writer
from bridge.keys.master_keys import add_master_key, load_key_ring, remove_master_key
from tests.secret_register import register_secret


def test_a_new_master_key_becomes_primary_and_older_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.json"
    first, second = add_master_key(path), add_master_key(path)
    ring = load_key_ring(path)
    assert [key.id for key in ring] == [second.id, first.id]
    assert ring.primary.secret == second.secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("mode", "refused"), [(0o604, True), (0o602, True), (0o640, False)])
def test_a_key_file_that_everyone_can_read_is_refused(
    tmp_path: Path, mode: int, refused: bool
) -> None:
    path = tmp_path / "master.json"
    add_master_key(path)
    path.chmod(mode)
    if refused:
        with pytest.raises(KeyFileExposed, match="chmod 600"):
            load_key_ring(path)
    else:
        assert len(load_key_ring(path)) == 1


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_one_and_the_file_that_it_leads_to_is_written(
    tmp_path: Path, is_there: bool
) -> None:
    target = tmp_path / "vault" / "keys.json"
    if is_there:
        oldest = add_master_key(target)
        target.chmod(0o640)
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "current").symlink_to(target.parent)
    path = folder / "master.json"
    path.symlink_to(Path("current") / "keys.json")
    older, primary = add_master_key(path), add_master_key(path)
    assert path.is_symlink()
    assert target.is_file()
    assert not target.is_symlink()
    assert [each.name for each in target.parent.iterdir()] == ["keys.json"]
    assert stat.S_IMODE(target.stat().st_mode) == (0o640 if is_there else 0o600)
    remove_master_key(path, older.id)
    left = [primary.id, oldest.id] if is_there else [primary.id]
    assert (
        [key.id for key in load_key_ring(target)] == left == [key.id for key in load_key_ring(path)]
    )
    target.chmod(0o644)
    with pytest.raises(KeyFileExposed):
        load_key_ring(path)


def test_links_to_a_file_keep_each_others_writers_out(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "keys.json").symlink_to(tmp_path / "c" / "keys.json")
    with sole_writer(tmp_path / "a" / "keys.json"):
        folder = os.open(tmp_path / "c", os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(folder)


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    path = tmp_path / "master.json"
    path.symlink_to(path)
    with pytest.raises(KeyFileError, match=r"master\.json"):
        add_master_key(path)


def test_a_missing_key_file_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing, match="ksef-bridge keys new-master"):
        load_key_ring(tmp_path / "absent")
    with pytest.raises(KeyFileMissing, match="ksef-bridge keys new-api"):
        read_api_keys(tmp_path / "absent")


ODD_IDS: tuple[object, ...] = (None, 1, [], {}, "", "a b", "ż", "2026.11")


def master_key_of(**changed: object) -> str:
    """An entry of a master keys file in JSON, right but for what is changed."""
    right = {"id": "a", "secret": "A" * 43 + "=", "createdAt": "2026-01-01T00:00:00+00:00"}
    return json.dumps(right | changed)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"keys": [{"id": "a"}]}',
        '{"keys": [{"id": "a", "secret": "c2hvcnQ=", "createdAt": "2026-01-01T00:00:00+00:00"}]}',
        '{"keys": [{"id": "a", "secret": "!!!", "createdAt": "2026-01-01T00:00:00+00:00"}]}',
        "[" * 100_000,
        *(f'{{"keys": [{master_key_of(id=each)}]}}' for each in ODD_IDS),
        f'{{"keys": [{master_key_of(createdAt="0001-01-01T00:00:00+14:00")}]}}',
        f'{{"keys": [{master_key_of(createdAt="9999-12-31T23:59:59-14:00")}]}}',
    ],
)
def test_a_damaged_master_key_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "master.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileDamaged):
        load_key_ring(path)


@pytest.mark.parametrize(
    "changed",
    [{"id": "2026.11"}, {"id": ["a"]}, {"createdAt": "0001-01-01T00:00:00+14:00"}, {"sha256": 1}],
    ids=str,
)
def test_a_damaged_api_key_file_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    path = tmp_path / "api.json"
    add_api_key(path, "espocrm", frozenset(Scope))
    entry = json.loads(path.read_text())["keys"][0]
    path.write_text(json.dumps({"keys": [entry | changed]}))
    with pytest.raises(KeyFileDamaged):
        read_api_keys(path)


def test_an_empty_key_file_is_named_as_such_and_can_be_added_to(tmp_path: Path) -> None:
    for read, add, command in (
        (load_key_ring, add_master_key, "new-master"),
        (read_api_keys, lambda path: add_api_key(path, "espocrm", frozenset(Scope)), "new-api"),
    ):
        path = tmp_path / command
        path.write_text('{"keys": []}')
        path.chmod(0o640)
        with pytest.raises(KeyFileEmpty, match=command):
            read(path)
        add(path)
        read(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_no_key_file_error_shows_a_key(tmp_path: Path) -> None:
    path = tmp_path / "master.json"
    add_master_key(path)
    stored = json.loads(path.read_text())
    secret = register_secret(stored["keys"][0]["secret"])
    del stored["keys"][0]["createdAt"]
    path.write_text(json.dumps(stored))
    with pytest.raises(KeyFileError) as caught:
        load_key_ring(path)
    assert secret not in str(caught.value)


def test_an_api_key_is_found_by_its_text_alone_and_stored_as_a_digest(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    key, text = add_api_key(path, "espocrm", frozenset({Scope.TOKEN}))
    register_secret(text.reveal_text())
    other, other_text = add_api_key(path, "monitoring", frozenset({Scope.ADMINISTER}))
    assert text.reveal_text() not in path.read_text()
    keys = ApiKeys(read_api_keys(path))
    assert keys.find(text.reveal_text()) == key
    assert keys.find(other_text.reveal_text()) == other
    assert keys.find(text.reveal_text()[:-1]) is None
    assert keys.find("") is None


@pytest.mark.parametrize("digest", ["", "zażółć", "A" * 64, "a" * 63, "a" * 64 + "\n", 5, None])
def test_a_digest_that_is_none_is_damage_and_not_a_failure_of_every_call(
    tmp_path: Path, digest: object
) -> None:
    path = tmp_path / "api.json"
    add_api_key(path, "espocrm", frozenset(Scope))
    stored = json.loads(path.read_text())
    stored["keys"][0]["sha256"] = digest
    path.write_text(json.dumps(stored))
    with pytest.raises(KeyFileDamaged):
        read_api_keys(path)


def test_an_api_key_is_removed_alone(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    first, second = (add_api_key(path, name, frozenset(Scope))[0] for name in ("a", "b"))
    with pytest.raises(KeyUnknown, match=f"has no key absent; it has {first.id}, {second.id}"):
        remove_api_key(path, "absent")
    assert remove_api_key(path, first.id) == first
    assert read_api_keys(path) == [second]
    with pytest.raises(LastApiKey, match="ksef-bridge keys new-api"):
        remove_api_key(path, second.id)
    remove_api_key(path, second.id, even_the_last=True)
    with pytest.raises(KeyFileEmpty):
        read_api_keys(path)


def test_a_master_key_is_removed_unless_it_is_the_primary(tmp_path: Path) -> None:
    path = tmp_path / "master.json"
    oldest, older, primary = (add_master_key(path) for _ in range(3))
    with pytest.raises(PrimaryMasterKey, match="ksef-bridge keys rotate"):
        remove_master_key(path, primary.id)
    with pytest.raises(KeyUnknown, match=oldest.id):
        remove_master_key(path, "absent")
    remove_master_key(path, older.id)
    assert [key.id for key in load_key_ring(path)] == [primary.id, oldest.id]
