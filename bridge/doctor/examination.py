"""All checks of an installation; what hangs is given up, so that the whole ends in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from bridge.credentials.environment import Environment
from bridge.doctor import espocrm_database, state_database
from bridge.doctor.codes import DoctorCode
from bridge.doctor.credentials_in_use import check_certificates, check_tokens
from bridge.doctor.espocrm_content import EspoCrmContent
from bridge.doctor.espocrm_database import FoundEspoCrm, check_espocrm
from bridge.doctor.folders import check_runtime_folder, check_runtime_folder_in_use
from bridge.doctor.found_settings import check_settings, find_settings
from bridge.doctor.home import check_home
from bridge.doctor.key_files import FoundMasterKeys, check_api_keys, check_master_keys
from bridge.doctor.ksef import check_ksef, name_of
from bridge.doctor.listener import check_listener
from bridge.doctor.results import Result, failed
from bridge.doctor.seals import CREDENTIALS, check_seals
from bridge.doctor.state_database import FoundState, check_state
from bridge.doctor.tls_files import check_tls_files
from bridge.doctor.versions import check_versions
from bridge.settings import Settings
from bridge.state.home import database_of

# Twice, as KSeF is asked when EspoCRM's database has told which environments are used.
_SECONDS = 8.0

Found = TypeVar("Found")


class Work(Generic[Found]):
    """A check in a thread of its own, which does not keep the process alive.

    It is given up when it takes too long, since a name server or a file system may hang.
    """

    def __init__(self, check: Callable[[], Found]) -> None:
        self._end = time.monotonic() + _SECONDS
        self._future: Future[Found] = Future()
        threading.Thread(target=self._run, args=(check,), daemon=True).start()

    def outcome(self, name: str) -> Found | Result:
        """What the check found, or the result that says why it did not end."""
        wait([self._future], max(0, self._end - time.monotonic()))
        if not self._future.done():
            return failed(name, DoctorCode.CHECK_TIMED_OUT, seconds=round(_SECONDS))
        error = self._future.exception()
        if error is not None:
            # A check that breaks must not hide the others.
            return failed(name, DoctorCode.CHECK_BROKEN, error=type(error).__name__)
        return self._future.result()

    def _run(self, check: Callable[[], Found]) -> None:
        try:
            self._future.set_result(check())
        except Exception as error:  # noqa: BLE001 - told as the check's outcome
            self._future.set_exception(error)


def examine(variables: Mapping[str, str], *, all_environments: bool = False) -> Iterator[Result]:
    """Check everything that the settings let be checked; results come as they are known.

    KSeF is asked in the environments that active profiles use, or in all three.
    """
    yield from check_versions()
    found = find_settings(variables)
    yield from check_settings(found)
    if found.settings is not None:
        yield from _Examination(found.settings, found.unusable).run(all_environments)


@dataclass(frozen=True, slots=True)
class _Examination:
    settings: Settings
    unusable: frozenset[str]

    def run(self, all_environments: bool) -> Iterator[Result]:
        settings = self.settings
        master_keys = self._start(
            lambda: check_master_keys(settings.master_keys_file), "MASTER_KEYS_FILE"
        )
        espocrm = self._start(
            lambda: check_espocrm(settings.espocrm_database_url), "ESPOCRM_DATABASE_URL"
        )
        state = self._start(lambda: check_state(settings.state_database_url), "STATE_DATABASE_URL")
        simple = self._start_simple_checks()

        keys = _outcome("master-keys", master_keys)
        yield from _results(keys)
        listed = [each for name, work in simple.items() for each in _listed(name, work)]
        yield from _with_runtime_folder(listed, settings.runtime_folder)
        found_espocrm = _outcome(espocrm_database.NAME, espocrm)
        yield from _results(found_espocrm)
        found_state = _outcome(state_database.NAME, state)
        yield from _results(found_state)
        yield from self._home(found_state)
        yield from _seals(keys, found_espocrm, found_state)

        content = found_espocrm.content if isinstance(found_espocrm, FoundEspoCrm) else None
        if content is not None:
            yield check_tokens(content, settings.token_validity)
            yield from check_certificates(content)
        yield from self._ksef(_environments(content, all_environments))

    def _start_simple_checks(self) -> dict[str, Work[list[Result]] | None]:
        settings, tls = self.settings, "TLS_CERTIFICATE_FILE"
        return {
            "api-keys": self._start(
                lambda: check_api_keys(settings.api_keys_file), "API_KEYS_FILE"
            ),
            "tls": self._start(lambda: check_tls_files(settings), tls),
            "runtime-folder": self._start(
                lambda: check_runtime_folder(settings.runtime_folder), "RUNTIME_FOLDER"
            ),
            "bridge": self._start(
                lambda: check_listener(
                    settings.listen, with_tls=settings.tls_certificate_file is not None
                ),
                "LISTEN",
                tls,
            ),
        }

    def _home(self, state: FoundState | Result | None) -> Iterator[Result]:
        if not isinstance(state, FoundState) or state.sealed_under is None:
            return
        if "ESPOCRM_DATABASE_URL" not in self.unusable:
            yield check_home(state.home, database_of(self.settings.espocrm_database_url))

    def _ksef(self, environments: Iterable[Environment]) -> Iterator[Result]:
        works = {
            environment: self._start(
                lambda each=environment: check_ksef(  # type: ignore[misc]
                    each, self.settings.ksef_urls[each], self.settings.ksef_ca_file
                ),
                f"KSEF_URL_{environment.name}",
                "KSEF_CA_FILE",
            )
            for environment in environments
        }
        for environment, work in works.items():
            yield from _listed(name_of(environment), work)

    def _start(self, check: Callable[[], Found], *needed: str) -> Work[Found] | None:
        """The check at work; None when a setting that it needs cannot be used."""
        return None if self.unusable.intersection(needed) else Work(check)


def _outcome(name: str, work: Work[Found] | None) -> Found | Result | None:
    return None if work is None else work.outcome(name)


def _results(outcome: FoundMasterKeys | FoundEspoCrm | FoundState | Result | None) -> list[Result]:
    if isinstance(outcome, Result):
        return [outcome]
    return [] if outcome is None else outcome.results


def _listed(name: str, work: Work[list[Result]] | None) -> list[Result]:
    outcome = _outcome(name, work)
    if isinstance(outcome, Result):
        return [outcome]
    return outcome or []


def _with_runtime_folder(results: list[Result], folder: Path) -> Iterator[Result]:
    """These, with the folder's result replaced when a bridge answers that does not use it."""
    usable = {DoctorCode.RUNTIME_FOLDER_USABLE, DoctorCode.RUNTIME_FOLDER_NOT_MADE}
    answers = any(each.code is DoctorCode.BRIDGE_ANSWERS for each in results)
    for each in results:
        not_used = answers and each.code in usable and check_runtime_folder_in_use(folder)
        yield not_used or each


def _seals(
    keys: FoundMasterKeys | Result | None,
    espocrm: FoundEspoCrm | Result | None,
    state: FoundState | Result | None,
) -> Iterator[Result]:
    if not isinstance(keys, FoundMasterKeys) or keys.key_ids is None:
        return
    if isinstance(espocrm, FoundEspoCrm) and espocrm.content is not None:
        records = [{key_id} for key_id in espocrm.content.seal_key_ids]
        yield check_seals(CREDENTIALS, records, keys.key_ids)
    if isinstance(state, FoundState) and state.sealed_under is not None:
        for name, sealed_under in state.sealed_under.items():
            yield check_seals(name, sealed_under, keys.key_ids)


def _environments(content: EspoCrmContent | None, all_of_them: bool) -> list[Environment]:
    used = {profile.environment for profile in content.active} if content is not None else set()
    return [each for each in Environment if all_of_them or each in used]
