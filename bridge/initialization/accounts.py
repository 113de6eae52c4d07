"""The account that the bridge runs as, and its folders."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.initialization.codes import InitCode
from bridge.initialization.layout import SETTINGS_FOLDER, STATE_FOLDER, USER
from bridge.initialization.steps import Circumstances, Sentence

_FOLDERS = (SETTINGS_FOLDER, STATE_FOLDER)
_OWNERS_ALONE = 0o700


@dataclass(frozen=True, slots=True)
class SystemAccount:
    """An account of its own, so that nobody else reads the bridge's keys."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.ACCOUNT, {"user": USER})

    def is_done(self) -> bool:
        return self.given.machine.account(USER) is not None

    def do(self) -> None:
        self.given.machine.demand(
            [
                *("useradd", "--system", "--user-group", "--no-create-home"),
                *("--home-dir", STATE_FOLDER, "--shell", "/usr/sbin/nologin", USER),
            ]
        )


@dataclass(frozen=True, slots=True)
class Folders:
    """Of settings and keys, and of state."""

    given: Circumstances

    def sentence(self) -> Sentence:
        return Sentence(InitCode.FOLDERS, {"folders": ", ".join(_FOLDERS)})

    def is_done(self) -> bool:
        account = self.given.machine.account(USER)
        return account is not None and all(
            self.given.machine.has_folder(folder, account, _OWNERS_ALONE) for folder in _FOLDERS
        )

    def do(self) -> None:
        for folder in _FOLDERS:
            self.given.machine.make_folder(folder, self.given.bridge_account, _OWNERS_ALONE)
