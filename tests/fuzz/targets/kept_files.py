"""Files that the bridge keeps for itself, after somebody has edited or cut them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bridge.announcements.announced import Announced
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.keys.api_keys import ApiKeys, Scope, add_api_key, read_api_keys, remove_api_key
from bridge.keys.errors import KeyFileError
from bridge.keys.master_keys import add_master_key, load_key_ring, older_master_key
from bridge.keys.restrictions import Restrictions
from bridge.ksef.json_object import ContractBroken
from bridge.ksef.public_keys import PublicKeys
from bridge.vault import Purpose, Vault
from tests.fuzz.target import Prepared, Target

_WORDS = (b"null", b"{}", b"[]", b'""', b"1", b'"0001-01-01T00:00:00"', b'"id"', b"[" * 40, b'"."')
_NARROW = Restrictions(frozenset({Environment.TEST}), frozenset({"p1"}), calls_per_minute=60)
_new_api_key = partial(add_api_key, name="EspoCRM", scopes=frozenset(Scope))


def _file(name: str, read: Callable[[Path], object], *made: Callable[[Path], object]) -> Target:
    @contextmanager
    def prepare() -> Iterator[Prepared]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "keys.json")
            seeds = []
            for make in made:
                make(path)
                seeds.append(path.read_bytes())

            def read_data(data: bytes) -> None:
                path.write_bytes(data)
                try:
                    read(path)
                except KeyFileError as error:
                    str(error).encode()

            yield Prepared(read_data, seeds)

    return Target(name, prepare, _WORDS)


def _use_api_keys(path: Path) -> None:
    ApiKeys(read_api_keys(path)).find("ksefbridge_0f022000_x")
    remove_api_key(path, "0f022000")


def _use_master_keys(path: Path) -> None:
    vault = Vault(load_key_ring(path))
    sealed = vault.seal(Secret("x"), Purpose.KSEF_TOKEN, {})
    assert vault.open(sealed, Purpose.KSEF_TOKEN, {}) == Secret("x")
    older_master_key(path, "0f022000")


def _read_runtime_file(data: bytes) -> None:
    """What is kept of Latarnia, and of KSeF's public keys."""
    try:
        announced = Announced.from_bytes(data)
    except ContractBroken:
        pass
    else:
        assert Announced.from_bytes(announced.to_bytes()) == announced
        announced.is_being_asked(datetime(2026, 11, 29, tzinfo=UTC))
    keys = PublicKeys(tuple)
    if keys.import_json(data.decode("utf-8", "replace")):
        assert keys.export_json()


@contextmanager
def _prepare_runtime_file() -> Iterator[Prepared]:
    moment = "2026-11-29T12:00:00+00:00"
    announced = {
        "status": "FAILURE",
        "messages": [{"id": "1", "isCurrent": True, "start": moment}],
        "askedAt": moment,
        "trouble": {"code": "x", "params": {"httpStatus": 403}},
    }
    certificate = {
        "certificate": "MAA=",
        "certificateId": "x",
        "publicKeyId": "y",
        "validFrom": moment,
        "validTo": moment,
        "usage": ["KsefTokenEncryption"],
    }
    public_keys = {"fetchedAt": moment, "certificates": [certificate]}
    yield Prepared(
        _read_runtime_file, [json.dumps(each).encode() for each in (announced, public_keys)]
    )


TARGETS = (
    _file("api-keys", _use_api_keys, _new_api_key, partial(_new_api_key, restrictions=_NARROW)),
    _file("master-keys", _use_master_keys, add_master_key, add_master_key),
    Target("runtime-files", _prepare_runtime_file, _WORDS),
)
