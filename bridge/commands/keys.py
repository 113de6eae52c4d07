"""`ksef-bridge keys`: making, listing, rotating and removing master keys and API keys."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from bridge.commands.key_codes import KeysCode
from bridge.commands.messages import Messages
from bridge.commands.passphrases import new_passphrase, passphrase_in
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.keys.api_keys import ApiKey, Scope, add_api_key, read_api_keys, remove_api_key
from bridge.keys.errors import KeyFileError
from bridge.keys.master_keys import add_master_key, load_key_ring
from bridge.keys.restrictions import MOST_CALLS_PER_MINUTE, PROFILE_ID, Restriction, Restrictions
from bridge.messages import Language
from bridge.spoken_language import language_option, language_spoken

_MASTER_KEYS = "KSEF_BRIDGE_MASTER_KEYS_FILE"
_API_KEYS = "KSEF_BRIDGE_API_KEYS_FILE"
_PATH = click.Path(dir_okay=False, path_type=Path)
_RESTRICTED: dict[str, tuple[KeysCode, str]] = {
    Restriction.ENVIRONMENTS: (KeysCode.ENVIRONMENTS, "environments"),
    Restriction.PROFILES: (KeysCode.PROFILES, "profiles"),
    Restriction.CALLS_PER_MINUTE: (KeysCode.RATE, "count"),
}


def _both_key_files(command: Callable[..., None]) -> Callable[..., None]:
    for option, variable in (("--api-keys-file", _API_KEYS), ("--master-keys-file", _MASTER_KEYS)):
        command = click.option(
            option, type=_PATH, envvar=variable, show_envvar=True, required=True
        )(command)
    return command


def _speaking(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command its `messages`, in the language that is asked for."""

    @language_option
    @functools.wraps(command)
    def in_language(language: Language | None, **given: object) -> None:
        messages = Messages(language_spoken(language))
        try:
            command(messages=messages, **given)
        except KeyFileError as error:
            raise click.ClickException(messages.told(error.code, error.params)) from None

    return in_language


@click.group()
def keys() -> None:
    """Make, list, rotate, remove, export and import keys.

    Running bridges take up a changed file by themselves.
    """


@keys.command("new-master")
@click.option("--file", "path", type=_PATH, envvar=_MASTER_KEYS, show_envvar=True, required=True)
@_speaking
def new_master(messages: Messages, path: Path) -> None:
    """Add a master key, which becomes the primary one, and print its id.

    Older keys stay to open what they sealed. Back the file up: without it every sealed
    credential must be entered again.
    """
    key = add_master_key(path)
    click.echo(key.id)
    _say(messages, KeysCode.MASTER_ADDED, path=str(path))


@keys.command()
@_speaking
def rotate(messages: Messages) -> None:
    """Add a primary master key, make the sessions' seals anew under it, and print its id.

    Needs the settings of `ksef-bridge serve` in the environment. Sessions go on meanwhile.
    """
    from bridge.commands import master_key_rotation

    master_key_rotation.rotate(messages)


@keys.command()
@_speaking
def renew(messages: Messages) -> None:
    """Make the sessions' seals anew under the primary master key; print how many changed.

    Needed after new-master, or when rotate was interrupted.
    """
    from bridge.commands import master_key_rotation

    master_key_rotation.renew(messages)


@keys.command("remove-master")
@click.argument("key_id", metavar="ID")
@click.option("--force", is_flag=True, help="Also when seals under it remain or are not known.")
@_speaking
def remove_master(messages: Messages, key_id: str, force: bool) -> None:
    """Remove an older master key, once nothing in either database is sealed under it.

    Needs the settings of `ksef-bridge serve` in the environment.
    """
    from bridge.commands import master_key_rotation

    master_key_rotation.remove(messages, key_id, force=force)


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
    help="The key serves the KSeF Profile with this id and no other; repeat for several.",
)
@click.option(
    "--calls-per-minute",
    type=click.IntRange(1, MOST_CALLS_PER_MINUTE),
    help="Further calls are refused; those of ten seconds may come at once.",
)
@click.option("--replace", is_flag=True, help="In place of all keys of this name.")
@_speaking
def new_api(
    messages: Messages,
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
    for each in profiles:
        if not PROFILE_ID.fullmatch(each):
            told = messages.told(KeysCode.NO_PROFILE_ID, {"profile": each})
            raise click.BadParameter(told, param_hint="'--profile'")
    granted = frozenset(Scope(scope) for scope in scopes) or frozenset(Scope)
    restrictions = Restrictions(
        environments=frozenset(Environment(each) for each in environments) or None,
        profiles=frozenset(profiles) or None,
        calls_per_minute=calls_per_minute,
    )
    key, text = add_api_key(path, name, granted, restrictions, replaces_namesakes=replace)
    click.echo(text.reveal_text())
    may = "; ".join(_may(messages, key))
    _say(messages, KeysCode.API_ADDED, keyId=key.id, may=may, path=str(path))
    _say(messages, KeysCode.API_ENTER)


@keys.command("remove-api")
@click.argument("key_id", metavar="ID")
@click.option("--file", "path", type=_PATH, envvar=_API_KEYS, show_envvar=True, required=True)
@click.option("--force", is_flag=True, help="Also the last one, which locks everybody out.")
@_speaking
def remove_api(messages: Messages, key_id: str, path: Path, force: bool) -> None:
    """Remove an API key: whoever uses it is refused from the next call on."""
    key = remove_api_key(path, key_id, even_the_last=force)
    click.echo(key.id)
    _say(messages, KeysCode.API_REMOVED, keyId=key.id, caller=key.name, path=str(path))


@keys.command("export")
@click.argument("backup", metavar="FILE", type=_PATH)
@click.option("--passphrase-file", type=_PATH, help="Its first line is the passphrase.")
@_both_key_files
@_speaking
def export(
    messages: Messages,
    backup: Path,
    passphrase_file: Path | None,
    master_keys_file: Path,
    api_keys_file: Path,
) -> None:
    """Write all keys to FILE under a passphrase, for a backup or for another machine.

    FILE is an age file (age-encryption.org/v1). It holds master keys, so keep it where EspoCRM's
    backups do not lie.
    """
    from bridge.keys.backup import KeyFiles, export_keys

    phrase = passphrase_in(messages, passphrase_file) or new_passphrase(messages)
    export_keys(KeyFiles(master_keys_file, api_keys_file), phrase, backup)
    _say(messages, KeysCode.EXPORTED, path=str(backup))


@keys.command("import")
@click.argument("backup", metavar="FILE", type=_PATH)
@click.option("--passphrase-file", type=_PATH, help="Its first line is the passphrase.")
@_both_key_files
@_speaking
def import_(
    messages: Messages,
    backup: Path,
    passphrase_file: Path | None,
    master_keys_file: Path,
    api_keys_file: Path,
) -> None:
    """Add the keys in FILE, which `export` wrote, to those that are here; print their ids.

    No key that is here is lost, and the primary master key stays primary.
    """
    from bridge.keys.backup import KeyFiles, import_keys

    phrase = passphrase_in(messages, passphrase_file) or Secret(
        click.prompt(messages.of(KeysCode.PASSPHRASE).text, hide_input=True, err=True)
    )
    added = import_keys(KeyFiles(master_keys_file, api_keys_file), phrase, backup)
    for key_id in added.master_keys:
        _list(messages, KeysCode.MASTER, key_id)
    for key_id in added.api_keys:
        _list(messages, KeysCode.API, key_id)
    if not added.master_keys and not added.api_keys:
        _say(messages, KeysCode.ALL_HERE)


@keys.command("list")
@click.option("--master-keys-file", type=_PATH, envvar=_MASTER_KEYS, show_envvar=True)
@click.option("--api-keys-file", type=_PATH, envvar=_API_KEYS, show_envvar=True)
@_speaking
def list_keys(
    messages: Messages, master_keys_file: Path | None, api_keys_file: Path | None
) -> None:
    """List ids, dates, names and what API keys may; no secret is shown."""
    if master_keys_file is None and api_keys_file is None:
        files = {"masterKeys": _MASTER_KEYS, "apiKeys": _API_KEYS}
        raise click.UsageError(messages.told(KeysCode.NOTHING_TO_LIST, files))
    if master_keys_file is not None:
        _list_master_keys(messages, master_keys_file)
    if api_keys_file is not None:
        _list_api_keys(messages, api_keys_file)


def _list_master_keys(messages: Messages, path: Path) -> None:
    ring = load_key_ring(path)
    for key in ring:
        age = (datetime.now(UTC) - key.created_at).days
        role = KeysCode.PRIMARY if key is ring.primary else KeysCode.OLDER
        cells = messages.of(role).text, messages.of(KeysCode.AGE, {"days": age}).text
        _list(messages, KeysCode.MASTER, key.id, _minute(key.created_at), *cells)


def _list_api_keys(messages: Messages, path: Path) -> None:
    for key in read_api_keys(path):
        cells = _minute(key.created_at), key.name, *_may(messages, key)
        _list(messages, KeysCode.API, key.id, *cells)


def _list(messages: Messages, kind: KeysCode, *cells: str) -> None:
    click.echo("  ".join([f"{messages.of(kind).text:6}", *cells]))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _may(messages: Messages, key: ApiKey) -> list[str]:
    """The scopes, and whatever narrows the key."""
    parts = [",".join(sorted(key.scopes)) or messages.of(KeysCode.NO_SCOPE).text]
    for restriction, value in key.restrictions.parts().items():
        code, placeholder = _RESTRICTED[restriction]
        told = value if isinstance(value, int) else ",".join(value)
        parts.append(messages.of(code, {placeholder: told}).text)
    return parts


def _say(messages: Messages, code: KeysCode, **params: str | int) -> None:
    """Beside the result, which alone is on standard output."""
    click.echo(messages.of(code, params).text, err=True)
