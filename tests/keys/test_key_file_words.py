"""What a key file holds, and which file and which remedy a refusal names."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.keys.api_keys import ApiKey, ApiKeys, Scope, add_api_key, read_api_keys, remove_api_key
from bridge.keys.errors import (
    KeyFileDamaged,
    KeyFileEmpty,
    KeyFileError,
    KeyFileUnreadable,
    KeyUnknown,
    LastApiKey,
    PrimaryMasterKey,
)
from bridge.keys.master_keys import (
    KeyRing,
    add_master_key,
    load_key_ring,
    new_master_key,
    remove_master_key,
)
from tests.secret_register import register_secret

Read = Callable[[Path], object]
READERS = [load_key_ring, read_api_keys]


@pytest.fixture
def master_keys(tmp_path: Path) -> Path:
    path = tmp_path / "master.json"
    add_master_key(path)
    return path


@pytest.fixture
def api_keys(tmp_path: Path) -> Path:
    path = tmp_path / "api.json"
    add_api_key(path, "espocrm", frozenset(Scope))
    return path


@pytest.fixture
def in_warsaw(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A host whose clock is not set to UTC."""
    monkeypatch.setenv("TZ", "Europe/Warsaw")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def refusal(work: Callable[[], object], error: type[KeyFileError]) -> str:
    with pytest.raises(error) as caught:
        work()
    return str(caught.value)


def change_first(path: Path, **members: object) -> None:
    stored = json.loads(path.read_text())
    stored["keys"][0].update(members)
    path.write_text(json.dumps(stored))


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "it is not text"),
        (b"{", "it is not the JSON that ksef-bridge wrote"),
        (b'{"others": []}', "it is not the JSON that ksef-bridge wrote"),
        (b"5", "it is not the JSON that ksef-bridge wrote"),
        (b'{"keys": {"a": {}}}', "its keys are not a list"),
        (b'{"keys": {}}', "its keys are not a list"),
        (b'{"keys": null}', "its keys are not a list"),
        (b'{"keys": "ab"}', "its keys are not a list"),
        (b'{"keys": [1]}', "its keys are not a list"),
        (b'{"keys": [{}]}', "an entry is incomplete"),
    ],
)
def test_damage_is_named(tmp_path: Path, read: Read, content: bytes, reason: str) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    path.chmod(0o600)
    said = refusal(lambda: read(path), KeyFileDamaged)
    assert said == f"{path} is damaged: {reason}; restore it from your backup"


@pytest.mark.parametrize("read", READERS)
def test_what_the_system_does_not_let_read_is_told(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "keys.json"
    path.mkdir(mode=0o700)
    said = refusal(lambda: read(path), KeyFileUnreadable)
    assert said == f"{path} cannot be read: IsADirectoryError"


@pytest.mark.parametrize(("read", "kind"), [(load_key_ring, "master"), (read_api_keys, "api")])
def test_an_empty_file_names_the_command(tmp_path: Path, read: Read, kind: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text('{"keys": []}')
    path.chmod(0o600)
    said = refusal(lambda: read(path), KeyFileEmpty)
    assert said == f"{path} holds no key; add one with `ksef-bridge keys new-{kind}`"


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_master_key_of_another_length_is_damage(master_keys: Path, length: int) -> None:
    change_first(master_keys, secret="A" * (length * 4 // 3) + "=" * (-length % 3))
    said = refusal(lambda: load_key_ring(master_keys), KeyFileDamaged)
    assert said.startswith(f"{master_keys} is damaged: a")


def test_a_master_key_with_foreign_characters_is_damage(master_keys: Path) -> None:
    """Base64 that is decoded leniently would give a key of the right length, and another one."""
    secret = register_secret(json.loads(master_keys.read_text())["keys"][0]["secret"])
    change_first(master_keys, secret=f"{secret[:5]}!!!!{secret[5:]}")
    said = refusal(lambda: load_key_ring(master_keys), KeyFileDamaged)
    assert "an entry is incomplete" in said


def test_two_master_keys_of_one_id_are_damage(master_keys: Path) -> None:
    """Which of them opens a seal would be left to chance."""
    older = load_key_ring(master_keys).primary.id
    add_master_key(master_keys)
    change_first(master_keys, id=older)
    said = refusal(lambda: load_key_ring(master_keys), KeyFileDamaged)
    assert said == f"{master_keys} is damaged: two keys have one id; restore it from your backup"


def test_there_is_no_ring_without_a_key() -> None:
    with pytest.raises(ValueError, match="needs a key"):
        KeyRing([])


def test_a_key_to_remove_that_is_not_there_is_named_with_file_and_known_keys(
    master_keys: Path, api_keys: Path
) -> None:
    for path, known, remove in (
        (master_keys, load_key_ring(master_keys).primary.id, remove_master_key),
        (api_keys, read_api_keys(api_keys)[0].id, remove_api_key),
    ):
        said = refusal(lambda: remove(path, "absent"), KeyUnknown)  # noqa: B023
        assert said == f"{path} has no key absent; it has {known}"


def test_why_a_key_cannot_be_removed_is_told_with_the_remedy(
    master_keys: Path, api_keys: Path
) -> None:
    primary, last = load_key_ring(master_keys).primary.id, read_api_keys(api_keys)[0].id
    said = refusal(lambda: remove_master_key(master_keys, primary), PrimaryMasterKey)
    assert said.startswith(f"{primary} is the primary key in {master_keys}")
    assert "`ksef-bridge keys rotate`" in said
    said = refusal(lambda: remove_api_key(api_keys, last), LastApiKey)
    assert said.startswith(f"{last} is the only API key in {api_keys}")
    assert "`ksef-bridge keys new-api`" in said
    assert said.endswith(" --force")


def test_an_api_key_has_256_random_bits_and_tells_its_id(tmp_path: Path) -> None:
    key, text = add_api_key(tmp_path / "api.json", "the CRM", frozenset({Scope.TOKEN}))
    found = re.fullmatch(
        r"ksefbridge_([0-9a-f]{8})_[A-Za-z0-9_-]{43}", register_secret(text.reveal_text())
    )
    assert found is not None
    assert found[1] == key.id
    stored = read_api_keys(tmp_path / "api.json")
    assert stored == [key]
    assert (stored[0].name, stored[0].scopes) == ("the CRM", {Scope.TOKEN})


def test_a_master_key_has_256_random_bits_and_an_id_of_eight_digits() -> None:
    key = new_master_key(datetime.now(UTC))
    assert len(key.secret.reveal()) == 32
    assert re.fullmatch(r"[0-9a-f]{8}", key.id)


@pytest.mark.usefixtures("in_warsaw")
def test_times_are_utc_wherever_the_host_is(master_keys: Path, api_keys: Path) -> None:
    for key in (load_key_ring(master_keys).primary, read_api_keys(api_keys)[0]):
        assert abs(datetime.now(UTC) - key.created_at) < timedelta(minutes=1)
    for path in (master_keys, api_keys):
        change_first(path, createdAt="2026-07-01T12:00:00+02:00")
    for key in (load_key_ring(master_keys).primary, read_api_keys(api_keys)[0]):
        assert key.created_at.isoformat() == "2026-07-01T10:00:00+00:00"


def test_keys_that_are_a_moment_behind_are_asked_again_before_a_caller_is_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "api.json"
    first, first_text = add_api_key(path, "a", frozenset(Scope))
    behind = read_api_keys(path)
    second, second_text = add_api_key(path, "b", frozenset(Scope))
    asked: list[str] = []

    def latest() -> Sequence[ApiKey]:
        asked.append("latest")
        return read_api_keys(path)

    keys = ApiKeys(lambda: behind, latest)
    assert keys.find(register_secret(first_text.reveal_text())) == first
    assert asked == [], "a known key is not looked for on the disk"
    assert keys.find(register_secret(second_text.reveal_text())) == second
    assert keys.find("ksefbridge_00000000_unknown") is None
    assert asked == ["latest"] * 2
    assert ApiKeys(lambda: behind).find(second_text.reveal_text()) is None
