"""`ksef-bridge home`: to which EspoCRM this bridge belongs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import click

from bridge.commands.messages import Messages
from bridge.logs import configure_logging
from bridge.messages import Language
from bridge.settings import Settings, SettingsError, load_settings
from bridge.spoken_language import language_option, language_spoken
from bridge.state.database import StateDatabase
from bridge.state.database import connect as connect_state
from bridge.state.errors import BridgeError
from bridge.state.home import Home, Homes, SiteUrlUnusable, database_of, elsewhere, site_of


class HomeCode(StrEnum):
    """What the command says."""

    IS_THIS = "home-is-this"
    IS_ANOTHER = "home-is-another"
    NOT_SET = "home-not-set"
    SET = "home-set"
    FORGOTTEN = "home-forgotten"
    SITE_URL_UNUSABLE = "home-site-url-unusable"


@click.group()
def home() -> None:
    """Say, set or forget to which EspoCRM this bridge belongs.

    Needs the settings of `ksef-bridge serve` in the environment. Running bridges take it up within
    a second.
    """


@home.command()
@language_option
def show(language: Language | None) -> None:
    """Say to which EspoCRM this bridge belongs, and whether it reads the database of that one."""
    messages = Messages(language_spoken(language))
    with _homes(messages) as (settings, homes):
        kept = homes.get()
        if kept is None:
            click.echo(messages.of(HomeCode.NOT_SET).text)
            return
        found = elsewhere(kept, database_of(settings.espocrm_database_url), None)
        click.echo(
            messages.of(HomeCode.IS_THIS, {"home": kept.site_url, "database": kept.database}).text
        )
        if found is not None:
            click.echo(
                messages.of(HomeCode.IS_ANOTHER, {"here": found.here, "site": kept.site_url}).text
            )


@home.command("set")
@click.option(
    "--site-url",
    metavar="URL",
    required=True,
    help="EspoCRM's address, as its setting Site URL has it.",
)
@language_option
def set_(site_url: str, language: Language | None) -> None:
    """This bridge belongs to the EspoCRM at URL whose database it reads."""
    messages = Messages(language_spoken(language))
    try:
        site = site_of(site_url)
    except SiteUrlUnusable:
        raise click.ClickException(messages.told(HomeCode.SITE_URL_UNUSABLE)) from None
    with _homes(messages) as (settings, homes):
        new = Home(site, database_of(settings.espocrm_database_url))
        homes.set(new)
    click.echo(messages.of(HomeCode.SET, {"home": new.site_url, "database": new.database}).text)


@home.command()
@language_option
def forget(language: Language | None) -> None:
    """This bridge belongs to no EspoCRM in particular: nothing is compared."""
    messages = Messages(language_spoken(language))
    with _homes(messages) as (_, homes):
        was_kept = homes.forget()
    click.echo(messages.of(HomeCode.FORGOTTEN if was_kept else HomeCode.NOT_SET).text)


@contextmanager
def _homes(messages: Messages) -> Iterator[tuple[Settings, Homes]]:
    """The settings, and the state database with its tables, made where they are missing."""
    configure_logging()
    try:
        settings = load_settings()
        engine = connect_state(settings.state_database_url)
        try:
            state = StateDatabase(engine)
            state.create_tables()
            yield settings, Homes(state)
        finally:
            engine.dispose()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    except BridgeError as error:
        raise click.ClickException(messages.told(error.code, error.params)) from None
