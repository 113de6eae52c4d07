"""The keys: a master key that seals, and EspoCRM's API key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue
from bridge.initialization.layout import API_KEYS_FILE, MASTER_KEYS_FILE
from bridge.initialization.machine import give
from bridge.initialization.steps import Circumstances, Sentence
from bridge.keys.api_keys import Scope, add_api_key
from bridge.keys.errors import KeyFileError
from bridge.keys.master_keys import add_master_key, load_key_ring

_NAME = "espocrm-init"
_OWNERS_ALONE = 0o600


@dataclass(frozen=True, slots=True)
class Keys:
    """A key file that is there is never replaced: it may open seals."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.KEYS, {"file": MASTER_KEYS_FILE})

    def is_done(self) -> bool:
        return self._master_keys.exists() and self._api_keys.exists() and self.given.is_connected()

    def do(self) -> None:
        try:
            if self._master_keys.exists():
                load_key_ring(self._master_keys)
            else:
                add_master_key(self._master_keys)
            # Nobody knows those that were made here before and do not connect EspoCRM.
            _, self.given.api_key = add_api_key(
                self._api_keys, _NAME, frozenset(Scope), replaces_namesakes=True
            )
            for path in (self._master_keys, self._api_keys):
                give(path, self.given.bridge_account, _OWNERS_ALONE)
        except (KeyFileError, OSError) as error:
            raise CannotContinue(InitCode.KEYS_UNUSABLE, problem=str(error)) from None

    @property
    def _master_keys(self) -> Path:
        return self.given.machine.path(MASTER_KEYS_FILE)

    @property
    def _api_keys(self) -> Path:
        return self.given.machine.path(API_KEYS_FILE)
