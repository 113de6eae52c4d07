"""`ksef-bridge keys`: making and listing master keys and API keys."""

from __future__ import annotations

from pathlib import Path

import click

from bridge.keys.api_keys import Scope, add_api_key, read_api_keys
from bridge.keys.errors import KeyFileError
from bridge.keys.master_keys import add_master_key, load_key_ring

_MASTER_KEYS = "KSEF_BRIDGE_MASTER_KEYS_FILE"
_API_KEYS = "KSEF_BRIDGE_API_KEYS_FILE"
_PATH = click.Path(dir_okay=False, path_type=Path)


@click.group()
def keys() -> None:
    """Make and list master keys and API keys."""


@keys.command("new-master")
@click.option("--file", "path", type=_PATH, envvar=_MASTER_KEYS, show_envvar=True, required=True)
def new_master(path: Path) -> None:
    """Add a master key, which becomes the primary one, and print its id.

    Older keys stay to open what they sealed. Back the file up: without it every sealed
    credential must be entered again.
    """
    try:
        key = add_master_key(path)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(key.id)
    click.echo(f"Added to {path}; restart the bridge, and keep a copy of the file safe.", err=True)


@keys.command("new-api")
@click.option("--file", "path", type=_PATH, envvar=_API_KEYS, show_envvar=True, required=True)
@click.option("--name", default="espocrm", show_default=True, help="Who will use the key.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What the key may do; repeat for several. Default: all.",
)
def new_api(path: Path, name: str, scopes: tuple[str, ...]) -> None:
    """Add an API key and print it, once and never again; the file holds its SHA-256."""
    granted = frozenset(Scope(scope) for scope in scopes) or frozenset(Scope)
    try:
        key, text = add_api_key(path, name, granted)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(text.reveal_text())
    scopes_given = ", ".join(sorted(key.scopes))
    click.echo(f"Key {key.id} ({scopes_given}) added to {path}; restart the bridge.", err=True)


@keys.command("list")
@click.option("--master-keys-file", type=_PATH, envvar=_MASTER_KEYS, show_envvar=True)
@click.option("--api-keys-file", type=_PATH, envvar=_API_KEYS, show_envvar=True)
def list_keys(master_keys_file: Path | None, api_keys_file: Path | None) -> None:
    """List ids, dates, names and scopes; no secret is shown."""
    if master_keys_file is None and api_keys_file is None:
        raise click.UsageError(f"set {_MASTER_KEYS} or {_API_KEYS}")
    try:
        if master_keys_file is not None:
            _list_master_keys(master_keys_file)
        if api_keys_file is not None:
            _list_api_keys(api_keys_file)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None


def _list_master_keys(path: Path) -> None:
    ring = load_key_ring(path)
    for key in ring:
        role = "primary" if key is ring.primary else "older"
        click.echo(f"master  {key.id}  {key.created_at:%Y-%m-%d %H:%M}  {role}")


def _list_api_keys(path: Path) -> None:
    for key in read_api_keys(path):
        scopes = ",".join(sorted(key.scopes))
        click.echo(f"api     {key.id}  {key.created_at:%Y-%m-%d %H:%M}  {key.name}  {scopes}")
