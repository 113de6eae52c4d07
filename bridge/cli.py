"""The command `ksef-bridge`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

from bridge import __version__
from bridge.app import create_app
from bridge.keys.api_keys import Scope, add_api_key, read_api_keys
from bridge.keys.errors import KeyFileError
from bridge.keys.master_keys import add_master_key, load_key_ring
from bridge.logs import configure_logging
from bridge.serving import Listener
from bridge.serving import serve as run_server
from bridge.sessions.errors import SessionError
from bridge.settings import SettingsError, key_file_path, load_settings
from bridge.simulator.command import simulator

Command = TypeVar("Command", bound=Callable[..., Any])


def explained(command: Command) -> Command:
    """End with one clear line instead of a traceback when the installation is at fault."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except (SettingsError, KeyFileError) as error:
            raise click.ClickException(str(error)) from None
        except SessionError as error:
            raise click.ClickException(f"cannot start: {error.code}") from None

    return run  # type: ignore[return-value]


@click.group()
@click.version_option(__version__, prog_name="ksef-bridge")
def main() -> None:
    """Connects EspoCRM to KSeF: seals credentials, logs in, hands out access tokens."""


@main.command()
@explained
def serve() -> None:
    """Answer EspoCRM (settings: KSEF_BRIDGE_* in the environment)."""
    configure_logging()
    settings = load_settings()
    # Made once here so that a bad installation stops the command, not one worker after another.
    create_app(settings)
    certificate, key = settings.tls_certificate_file, settings.tls_key_file
    run_server(
        lambda: create_app(settings),
        Listener(
            bind=settings.listen,
            workers=settings.workers,
            threads=settings.threads,
            certificate_file=certificate,
            key_file=key,
        ),
        when_ready=lambda: click.echo(f"ksef-bridge listens on {settings.listen}", err=True),
    )


@main.group()
def keys() -> None:
    """Make and list master keys and API keys."""


@keys.command("new-master")
@explained
def new_master() -> None:
    """Add a master key, which becomes the primary one, and print its id.

    Older keys stay to open what they sealed. Back the file up: without it every sealed
    credential must be entered again.
    """
    path = key_file_path("MASTER_KEYS_FILE")
    key = add_master_key(path)
    click.echo(key.id)
    click.echo(f"Added to {path}; restart the bridge, and keep a copy of the file safe.", err=True)


@keys.command("new-api")
@click.option("--name", default="espocrm", show_default=True, help="Who will use the key.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What the key may do; repeat for several. Default: all.",
)
@explained
def new_api(name: str, scopes: tuple[str, ...]) -> None:
    """Add an API key and print it, once and never again; the file holds its SHA-256."""
    path = key_file_path("API_KEYS_FILE")
    granted = frozenset(Scope(scope) for scope in scopes) or frozenset(Scope)
    key, text = add_api_key(path, name, granted)
    click.echo(text.reveal_text())
    click.echo(
        f"Key {key.id} ({', '.join(sorted(key.scopes))}) added to {path}; restart the bridge.",
        err=True,
    )


@keys.command("list")
@explained
def list_keys() -> None:
    """List ids, dates, names and scopes; no secret is shown."""
    for position, master in enumerate(load_key_ring(key_file_path("MASTER_KEYS_FILE"))):
        role = "primary" if position == 0 else "older"
        click.echo(f"master  {master.id}  {master.created_at:%Y-%m-%d %H:%M}  {role}")
    for key in read_api_keys(key_file_path("API_KEYS_FILE")):
        scopes = ",".join(sorted(key.scopes))
        click.echo(f"api     {key.id}  {key.created_at:%Y-%m-%d %H:%M}  {key.name}  {scopes}")


main.add_command(simulator)
