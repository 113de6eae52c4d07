"""What narrows an API key stays with it, and no version takes a narrower key for a wider one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bridge.credentials.environment import Environment
from bridge.keys.api_keys import ApiKey, Scope, add_api_key, read_api_keys, remove_api_key
from bridge.keys.errors import KeyFileDamaged
from bridge.keys.restrictions import UNRESTRICTED, Restrictions
from tests.secret_register import register_secret

NARROW = Restrictions(
    environments=frozenset({Environment.TEST, Environment.DEMO}),
    profiles=frozenset({"6b07c1f0a2b3c4d5e"}),
    calls_per_minute=60,
)
ONE_EACH = (
    Restrictions(environments=frozenset({Environment.PRODUCTION})),
    Restrictions(profiles=frozenset({"p1", "p2"})),
    Restrictions(calls_per_minute=1),
)

WRONG: tuple[dict[str, object], ...] = (
    {"scopes": ["everything"]},
    {"environments": []},
    {"environments": ["Prod"]},
    {"environments": "Test"},
    {"profiles": []},
    {"profiles": "p1"},
    {"profiles": [1]},
    {"profiles": ["a/b"]},
    {"profiles": [""]},
    {"callsPerMinute": 0},
    {"callsPerMinute": -1},
    {"callsPerMinute": True},
    {"callsPerMinute": 1.5},
    {"callsPerMinute": "60"},
    {"callsPerMinute": 60_001},
)


def new_key(path: Path, restrictions: Restrictions = UNRESTRICTED, *scopes: Scope) -> ApiKey:
    key, text = add_api_key(path, "caller", frozenset(scopes or Scope), restrictions)
    register_secret(text.reveal_text())
    return key


def entries(path: Path) -> list[dict[str, Any]]:
    stored: list[dict[str, Any]] = json.loads(path.read_text())["keys"]
    return stored


def scopes_to_0_1_0(entry: Mapping[str, Any]) -> frozenset[Scope]:
    """What that version, which looks at nothing else, lets the key do."""
    return frozenset(Scope(scope) for scope in entry["scopes"])


def written_by_0_1_0(path: Path) -> None:
    """Its commands write again all keys, of which they know these members."""
    known = ("id", "name", "scopes", "sha256", "createdAt")
    kept = [{name: entry[name] for name in known} for entry in entries(path)]
    path.write_text(json.dumps({"keys": kept}))


@pytest.mark.parametrize("restrictions", [NARROW, *ONE_EACH])
def test_what_narrows_a_key_stays_with_it(tmp_path: Path, restrictions: Restrictions) -> None:
    path = tmp_path / "api.json"
    narrow, other = new_key(path, restrictions, Scope.TOKEN), new_key(path)
    assert read_api_keys(path) == [narrow, other]
    assert narrow.restrictions == restrictions
    remove_api_key(path, other.id)
    assert read_api_keys(path) == [narrow]


def test_a_key_file_of_0_1_0_goes_on_working_and_is_written_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    key, other = new_key(path), new_key(path)
    before = entries(path)
    assert set(before[0]) == {"id", "name", "scopes", "sha256", "createdAt"}
    before[0]["comment"] = "a member that never meant anything"
    path.write_text(json.dumps({"keys": before}))
    assert read_api_keys(path) == [key, other]
    assert key.restrictions == UNRESTRICTED
    remove_api_key(path, other.id)
    assert entries(path) == [{name: before[0][name] for name in before[0] if name != "comment"}]


@pytest.mark.parametrize("restrictions", [NARROW, *ONE_EACH])
def test_an_older_bridge_refuses_a_narrower_key_and_serves_the_others(
    tmp_path: Path, restrictions: Restrictions
) -> None:
    path = tmp_path / "api.json"
    new_key(path, restrictions)
    new_key(path)
    narrow, other = entries(path)
    assert scopes_to_0_1_0(narrow) == frozenset()
    assert scopes_to_0_1_0(other) == frozenset(Scope)


def test_a_key_that_an_older_version_wrote_again_may_do_nothing(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    new_key(path, NARROW)
    written_by_0_1_0(path)
    (read,) = read_api_keys(path)
    assert read.scopes == frozenset()


@pytest.mark.parametrize(
    "changed",
    [
        {"scopes": ["token"]},
        {"restricted": None},
        {"restricted": []},
        {"restricted": {}},
        {"restricted": {"scopes": ["token"], "addresses": ["192.0.2.1"]}},
        *({"restricted": {"scopes": ["token"], **wrong}} for wrong in WRONG),
    ],
    ids=str,
)
def test_what_this_version_does_not_understand_widens_no_key(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    path = tmp_path / "api.json"
    new_key(path, NARROW)
    path.write_text(json.dumps({"keys": [entries(path)[0] | changed]}))
    with pytest.raises(KeyFileDamaged):
        read_api_keys(path)
