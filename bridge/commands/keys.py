"""`ksef-bridge keys`: making, listing, rotating and removing master keys and API keys."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.keys.api_keys import ApiKey, Scope, add_api_key, read_api_keys, remove_api_key
from bridge.keys.errors import KeyFileError
from bridge.keys.master_keys import add_master_key, load_key_ring
from bridge.keys.restrictions import MOST_CALLS_PER_MINUTE, PROFILE_ID, Restrictions

_MASTER_KEYS = "KSEF_BRIDGE_MASTER_KEYS_FILE"
_API_KEYS = "KSEF_BRIDGE_API_KEYS_FILE"
_PATH = click.Path(dir_okay=False, path_type=Path)


def _both_key_files(command: Callable[..., None]) -> Callable[..., None]:
    for option, variable in (("--api-keys-file", _API_KEYS), ("--master-keys-file", _MASTER_KEYS)):
        command = click.option(
            option, type=_PATH, envvar=variable, show_envvar=True, required=True
        )(command)
    return command


def _profile_ids(
    _context: click.Context, _option: click.Parameter, ids: tuple[str, ...]
) -> tuple[str, ...]:
    for each in ids:
        if not PROFILE_ID.fullmatch(each):
            raise click.BadParameter(
                f"{each!r} is not the id of a record; the profile's ends its address"
            )
    return ids


@click.group()
def keys() -> None:
    """Make, list, rotate, remove, export and import keys.

    Running bridges take up a changed file by themselves.
    """


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
    click.echo(f"Added to {path}; keep a copy of the file safe.", err=True)


@keys.command()
def rotate() -> None:
    """Add a primary master key, make the sessions' seals anew under it, and print its id.

    Needs the settings of `ksef-bridge serve` in the environment. Sessions go on meanwhile.
    """
    from bridge.commands import master_key_rotation

    master_key_rotation.rotate()


@keys.command()
def renew() -> None:
    """Make the sessions' seals anew under the primary master key; print how many changed.

    Needed after new-master, or when rotate was interrupted.
    """
    from bridge.commands import master_key_rotation

    master_key_rotation.renew()


@keys.command("remove-master")
@click.argument("key_id", metavar="ID")
@click.option("--force", is_flag=True, help="Also when seals under it remain or are not known.")
def remove_master(key_id: str, force: bool) -> None:
    """Remove an older master key, once nothing in either database is sealed under it.

    Needs the settings of `ksef-bridge serve` in the environment.
    """
    from bridge.commands import master_key_rotation

    master_key_rotation.remove(key_id, force=force)


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
@click.option(
    "--environment",
    "environments",
    multiple=True,
    type=click.Choice([environment.value for environment in Environment]),
    help="The key serves it and no other; repeat for several. Default: all.",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="ID",
    callback=_profile_ids,
    help="The key serves the KSeF Profile with this id and no other; repeat for several.",
)
@click.option(
    "--calls-per-minute",
    type=click.IntRange(1, MOST_CALLS_PER_MINUTE),
    help="Further calls are refused; those of ten seconds may come at once.",
)
@click.option("--replace", is_flag=True, help="In place of all keys of this name.")
def new_api(
    path: Path,
    name: str,
    scopes: tuple[str, ...],
    environments: tuple[str, ...],
    profiles: tuple[str, ...],
    calls_per_minute: int | None,
    replace: bool,
) -> None:
    """Add an API key and print it, once and never again; the file holds its SHA-256.

    Of what concerns no profile and no environment the scopes alone decide. A bridge too old to know
    what narrows a key refuses it.
    """
    granted = frozenset(Scope(scope) for scope in scopes) or frozenset(Scope)
    restrictions = Restrictions(
        environments=frozenset(Environment(each) for each in environments) or None,
        profiles=frozenset(profiles) or None,
        calls_per_minute=calls_per_minute,
    )
    try:
        key, text = add_api_key(path, name, granted, restrictions, replaces_namesakes=replace)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(text.reveal_text())
    click.echo(f"Key {key.id} ({'; '.join(_may(key))}) added to {path}.", err=True)
    click.echo("Enter it in EspoCRM under Administration, KSeF Bridge.", err=True)


@keys.command("remove-api")
@click.argument("key_id", metavar="ID")
@click.option("--file", "path", type=_PATH, envvar=_API_KEYS, show_envvar=True, required=True)
@click.option("--force", is_flag=True, help="Also the last one, which locks everybody out.")
def remove_api(key_id: str, path: Path, force: bool) -> None:
    """Remove an API key: whoever uses it is refused from the next call on."""
    try:
        key = remove_api_key(path, key_id, even_the_last=force)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(key.id)
    click.echo(
        f"Key {key.id} ({key.name}) removed from {path}; it is refused from now on.", err=True
    )


@keys.command("export")
@click.argument("backup", metavar="FILE", type=_PATH)
@click.option("--passphrase-file", type=_PATH, help="Its first line is the passphrase.")
@_both_key_files
def export(
    backup: Path, passphrase_file: Path | None, master_keys_file: Path, api_keys_file: Path
) -> None:
    """Write all keys to FILE under a passphrase, for a backup or for another machine.

    FILE is an age file (age-encryption.org/v1). It holds master keys, so keep it where EspoCRM's
    backups do not lie.
    """
    from bridge.keys.backup import KeyFiles, export_keys

    phrase = _passphrase_of(passphrase_file) or _new_passphrase()
    try:
        export_keys(KeyFiles(master_keys_file, api_keys_file), phrase, backup)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"All keys are in {backup}.", err=True)


@keys.command("import")
@click.argument("backup", metavar="FILE", type=_PATH)
@click.option("--passphrase-file", type=_PATH, help="Its first line is the passphrase.")
@_both_key_files
def import_(
    backup: Path, passphrase_file: Path | None, master_keys_file: Path, api_keys_file: Path
) -> None:
    """Add the keys in FILE, which `export` wrote, to those that are here; print their ids.

    No key that is here is lost, and the primary master key stays primary.
    """
    from bridge.keys.backup import KeyFiles, import_keys

    phrase = _passphrase_of(passphrase_file) or Secret(
        click.prompt("Passphrase", hide_input=True, err=True)
    )
    try:
        added = import_keys(KeyFiles(master_keys_file, api_keys_file), phrase, backup)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    for key_id in added.master_keys:
        click.echo(f"master  {key_id}")
    for key_id in added.api_keys:
        click.echo(f"api     {key_id}")
    if not added.master_keys and not added.api_keys:
        click.echo("All of these keys were here already.", err=True)


@keys.command("list")
@click.option("--master-keys-file", type=_PATH, envvar=_MASTER_KEYS, show_envvar=True)
@click.option("--api-keys-file", type=_PATH, envvar=_API_KEYS, show_envvar=True)
def list_keys(master_keys_file: Path | None, api_keys_file: Path | None) -> None:
    """List ids, dates, names and what API keys may; no secret is shown."""
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
        age = (datetime.now(UTC) - key.created_at).days
        role = "primary" if key is ring.primary else "older"
        click.echo(f"master  {key.id}  {key.created_at:%Y-%m-%d %H:%M}  {role}  {age} days old")


def _list_api_keys(path: Path) -> None:
    for key in read_api_keys(path):
        may = "  ".join(_may(key))
        click.echo(f"api     {key.id}  {key.created_at:%Y-%m-%d %H:%M}  {key.name}  {may}")


def _may(key: ApiKey) -> list[str]:
    """The scopes, and whatever narrows the key."""
    parts = [",".join(sorted(key.scopes)) or "no scope"]
    for restriction, value in key.restrictions.parts().items():
        if isinstance(value, int):
            parts.append(f"{value} calls a minute")
        else:
            parts.append(f"{restriction} {','.join(value)}")
    return parts


def _passphrase_of(file: Path | None) -> Secret | None:
    if file is None:
        return None
    try:
        phrase = file.read_text("utf-8").splitlines()[:1]
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(f"{file} cannot be read") from None
    if not phrase or not phrase[0]:
        raise click.ClickException(f"{file} is empty: its first line is the passphrase")
    return Secret(phrase[0])


def _new_passphrase() -> Secret:
    typed = click.prompt(
        "Passphrase (none: one is made)",
        default="",
        show_default=False,
        hide_input=True,
        confirmation_prompt=True,
        err=True,
    )
    if typed:
        return Secret(typed)
    made = secrets.token_urlsafe(24)
    click.echo("Shown once; without it the file is worthless:", err=True)
    click.echo(made)
    return Secret(made)
