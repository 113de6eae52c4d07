"""Replacing a master key: a new primary, the seals made anew under it, the old key removed.

Apart from `bridge.commands.keys`, since a command that only changes a file needs no database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from bridge.commands.key_codes import RotationCode
from bridge.commands.messages import Messages
from bridge.commands.sealed_secrets import (
    SealCount,
    SealsUncounted,
    count_espocrm_seals,
    count_state_seals,
    existing_state_database,
)
from bridge.enrolment.store import EnrolmentStore
from bridge.keys.master_keys import (
    add_master_key,
    load_key_ring,
    older_master_key,
    remove_master_key,
)
from bridge.logs import configure_logging
from bridge.sessions.store import SessionStore
from bridge.settings import Settings, SettingsError, load_settings
from bridge.state.database import StateDatabase
from bridge.state.errors import TryLater
from bridge.vault import Vault

# A login that sealed its tokens just before the new key was there stores them within this time.
_SECONDS_BETWEEN_PASSES = 1.0
_MOST_PASSES = 10


def rotate(messages: Messages) -> None:
    """Add a primary key, make the state's seals anew under it, say what comes next."""
    configure_logging()
    with _explained(messages):
        settings = load_settings()
        path = settings.master_keys_file
        # A file made here would be a wrong path rather than a rotation.
        load_key_ring(path)
        with _state(settings) as engine:
            key = add_master_key(path)
            click.echo(key.id)
            _say(messages, RotationCode.ADDED, path=str(path))
            _renew(messages, settings, engine)
        older = [each.id for each in load_key_ring(path) if each.id != key.id]
    _say_what_comes_next(messages, settings, older)


def renew(messages: Messages) -> None:
    """Make the state's seals anew under the primary key, and print how many sessions changed."""
    configure_logging()
    with _explained(messages):
        settings = load_settings()
        with _state(settings) as engine:
            click.echo(_renew(messages, settings, engine))


def remove(messages: Messages, key_id: str, *, force: bool) -> None:
    """Remove an older key unless seals need it, or may need it."""
    configure_logging()
    with _explained(messages):
        settings = load_settings()
        path = settings.master_keys_file
        older_master_key(path, key_id)
        reasons = _reasons_to_keep(messages, key_id, settings)
        if reasons and not force:
            stays = messages.of(RotationCode.STAYS, {"keyId": key_id, "path": str(path)}).text
            loses = messages.told(RotationCode.FORCE_LOSES)
            raise click.ClickException(f"{stays}\n{_lines(reasons)}\n{loses}")
        remove_master_key(path, key_id)
    click.echo(key_id)
    _say(messages, RotationCode.REMOVED, path=str(path))
    if reasons:
        _say(messages, RotationCode.REMOVED_BY_FORCE)
        click.echo(_lines(reasons), err=True)


def _renew(messages: Messages, settings: Settings, engine: Engine) -> int:
    vault = Vault(load_key_ring(settings.master_keys_file))
    try:
        renewed, is_settled = _renew_until_settled(engine, vault)
    except TryLater as error:
        told = messages.told(error.code, error.params)
        interrupted = messages.told(RotationCode.INTERRUPTED)
        raise click.ClickException(f"{told}\n{interrupted}") from None
    _say(messages, RotationCode.RENEWED, count=renewed)
    if not is_settled:
        _say(messages, RotationCode.UNSETTLED)
    return renewed


def _renew_until_settled(engine: Engine, vault: Vault) -> tuple[int, bool]:
    """How many states changed, and whether the last pass found nothing more to change."""
    state = StateDatabase(engine)
    stores = (SessionStore(state), EnrolmentStore(state))

    def once() -> int:
        return sum(store.renew_seals(lambda sealed: vault.renew(sealed).sealed) for store in stores)

    renewed = once()
    for _ in range(_MOST_PASSES):
        time.sleep(_SECONDS_BETWEEN_PASSES)
        more = once()
        if not more:
            return renewed, True
        renewed += more
    return renewed, False


def _say_what_comes_next(messages: Messages, settings: Settings, older: Sequence[str]) -> None:
    _say(messages, RotationCode.NEXT, path=str(settings.master_keys_file))
    for key_id in older:
        click.echo(f"  ksef-bridge keys remove-master {key_id}", err=True)


def _reasons_to_keep(messages: Messages, key_id: str, settings: Settings) -> list[str]:
    sources: list[tuple[Callable[[URL], Sequence[SealCount]], URL, RotationCode]] = [
        (count_state_seals, settings.state_database_url, RotationCode.SEALS_IN_STATE),
        (count_espocrm_seals, settings.espocrm_database_url, RotationCode.SEALS_IN_ESPOCRM),
    ]
    reasons = []
    for count_seals, url, code in sources:
        try:
            counts = count_seals(url)
        except SealsUncounted as error:
            problem = messages.of(error.code, error.params).text
            reasons.append(messages.of(RotationCode.UNCOUNTED, {"problem": problem}).text)
            continue
        reasons += [
            messages.of(code, {"count": count.number, "place": count.place}).text
            for count in counts
            if count.key_id == key_id
        ]
    return reasons


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(f"  {text}" for text in texts)


@contextmanager
def _state(settings: Settings) -> Iterator[Engine]:
    engine = existing_state_database(settings.state_database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _explained(messages: Messages) -> Iterator[None]:
    try:
        yield
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    except SealsUncounted as error:
        raise click.ClickException(messages.told(error.code, error.params)) from None


def _say(messages: Messages, code: RotationCode, **params: str | int) -> None:
    click.echo(messages.of(code, params).text, err=True)
