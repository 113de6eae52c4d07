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

from bridge.commands.messages import Messages
from bridge.commands.sealed_secrets import (
    SealCount,
    SealsUncounted,
    count_espocrm_seals,
    count_state_seals,
    existing_state_database,
)
from bridge.enrolment.store import EnrolmentStore
from bridge.keys.errors import KeyFileError
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

_RENEW_STATE = "run `ksef-bridge keys renew`"
_RENEW_ESPOCRM = "EspoCRM's daily job KsefRenewSeals renews them; run it, or wait a day"


def rotate() -> None:
    """Add a primary key, make the state's seals anew under it, say what comes next."""
    configure_logging()
    with _explained():
        settings = load_settings()
        path = settings.master_keys_file
        # A file made here would be a wrong path rather than a rotation.
        load_key_ring(path)
        with _state(settings) as engine:
            key = add_master_key(path)
            click.echo(key.id)
            click.echo(f"Added to {path} as the primary key; running bridges use it.", err=True)
            _renew(settings, engine)
        older = [each.id for each in load_key_ring(path) if each.id != key.id]
    _say_what_comes_next(settings, older)


def renew() -> None:
    """Make the state's seals anew under the primary key, and print how many sessions changed."""
    configure_logging()
    with _explained():
        settings = load_settings()
        with _state(settings) as engine:
            click.echo(_renew(settings, engine))


def remove(key_id: str, *, force: bool) -> None:
    """Remove an older key unless seals need it, or may need it."""
    configure_logging()
    with _explained():
        settings = load_settings()
        path = settings.master_keys_file
        older_master_key(path, key_id)
        reasons = _reasons_to_keep(key_id, settings)
        if reasons and not force:
            raise click.ClickException(
                f"{key_id} stays in {path}:\n{_lines(reasons)}\n"
                "With --force it is removed all the same, and what is sealed under it is lost."
            )
        remove_master_key(path, key_id)
    click.echo(key_id)
    click.echo(
        f"Removed from {path}; running bridges take it up. Keep it in your backup for as long as "
        "you keep backups of EspoCRM's database that were made before.",
        err=True,
    )
    if reasons:
        click.echo(f"Removed by force:\n{_lines(reasons)}", err=True)


def _renew(settings: Settings, engine: Engine) -> int:
    vault = Vault(load_key_ring(settings.master_keys_file))
    try:
        renewed, is_settled = _renew_until_settled(engine, vault)
    except TryLater as error:
        text = Messages().told(error.code, error.params)
        raise click.ClickException(
            f"{text}\nSessions are not all renewed; {_RENEW_STATE}."
        ) from None
    click.echo(f"Sessions renewed in the state database: {renewed}.", err=True)
    if not is_settled:
        click.echo(f"Logins were still being stored under an older key; {_RENEW_STATE}.", err=True)
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


def _say_what_comes_next(settings: Settings, older: Sequence[str]) -> None:
    path = settings.master_keys_file
    click.echo(
        f"Next: keep a copy of {path} safe, and copy it now to every other bridge on these "
        "databases. EspoCRM renews its own seals by its daily job KsefRenewSeals. After that:",
        err=True,
    )
    for key_id in older:
        click.echo(f"  ksef-bridge keys remove-master {key_id}", err=True)


def _reasons_to_keep(key_id: str, settings: Settings) -> list[str]:
    sources: list[tuple[Callable[[URL], Sequence[SealCount]], URL, str]] = [
        (count_state_seals, settings.state_database_url, _RENEW_STATE),
        (count_espocrm_seals, settings.espocrm_database_url, _RENEW_ESPOCRM),
    ]
    reasons = []
    for count_seals, url, what_to_do in sources:
        try:
            counts = count_seals(url)
        except SealsUncounted as error:
            reasons.append(f"{error}: whether it holds seals under this key is not known")
            continue
        reasons += [
            f"{count.number} seals under it in {count.place}; {what_to_do}"
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
def _explained() -> Iterator[None]:
    try:
        yield
    except (KeyFileError, SettingsError, SealsUncounted) as error:
        raise click.ClickException(str(error)) from None
