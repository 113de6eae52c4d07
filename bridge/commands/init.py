"""`ksef-bridge init`: from a running EspoCRM to a bridge that serves it."""

from __future__ import annotations

import grp
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from bridge.commands.messages import Messages
from bridge.credentials.secret import Secret
from bridge.extension import ExtensionAbsent, carried_package
from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue
from bridge.initialization.espocrm import EspoCrm, read_espocrm
from bridge.initialization.layout import COMMAND_FILE, MASTER_KEYS_FILE, Layout
from bridge.initialization.machine import Machine, reachable_program
from bridge.initialization.plan import installation, removal
from bridge.initialization.steps import Circumstances, DatabaseAdministrator, Step
from bridge.messages import Language
from bridge.spoken_language import language_option, language_spoken

_SETTINGS_PAGE = "#KsefProfile"
_YES = {"y", "yes", "t", "tak"}


@click.command()
@click.option(
    "--espocrm",
    "folder",
    type=click.Path(path_type=Path),
    metavar="PATH",
    required=True,
    help="EspoCRM's folder, the one with command.php.",
)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
@click.option("--remove", is_flag=True, help="Take it back; keys, state and records stay.")
@click.option("--php", metavar="PROGRAM", help="PHP that runs EspoCRM.  [default: php]")
@click.option(
    "--database-administrator",
    "administrator",
    metavar="NAME",
    help="Who may make accounts at the database server, if EspoCRM's own account and this "
    "machine's root may not; the password is asked for.",
)
@language_option
@click.pass_context
def init(
    context: click.Context,
    folder: Path,
    yes: bool,
    dry_run: bool,
    remove: bool,
    php: str | None,
    administrator: str | None,
    language: Language | None,
) -> None:
    """Set up a bridge for the EspoCRM in PATH, or bring the one that is there up to date.

    Extension, account, keys, database account, service: says what it will do, asks once, does what
    is not done yet. May be repeated at any time; after an upgrade of this program it has to be.
    """
    messages = Messages(language_spoken(language))
    try:
        machine = Machine()
        if not dry_run and not machine.is_administered:
            raise CannotContinue(InitCode.NOT_ROOT, command=shlex.join(["sudo", *sys.argv]))
        given = _circumstances(machine, folder, php)
        if administrator is not None:
            password = click.prompt(
                messages.of(InitCode.ASKS_FOR_PASSWORD, {"name": administrator}).text,
                hide_input=True,
                err=True,
            )
            given.administrator = DatabaseAdministrator(administrator, Secret(password))
        _Run(given, messages, asks=not yes, is_dry=dry_run, removes=remove).run()
    except CannotContinue as error:
        click.echo(messages.told(error.code, error.params), err=True)
        context.exit(1)


def _circumstances(machine: Machine, folder: Path, php: str | None) -> Circumstances:
    espocrm = read_espocrm(machine, folder, php)
    program = Path(sys.argv[0]).absolute()
    try:
        package = carried_package()
    except ExtensionAbsent:
        raise CannotContinue(InitCode.PACKAGE_ABSENT) from None
    layout = Layout(machine, reachable_program(program), _group(espocrm))
    return Circumstances(machine, espocrm, layout, package)


def _group(espocrm: EspoCrm) -> str:
    try:
        return grp.getgrgid(espocrm.owner.gid).gr_name
    except KeyError:
        return str(espocrm.owner.gid)


def _is_at_a_terminal() -> bool:
    """Whether somebody is there who can press a key."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class _Run:
    def __init__(
        self,
        given: Circumstances,
        messages: Messages,
        *,
        asks: bool,
        is_dry: bool,
        removes: bool,
    ) -> None:
        self._given = given
        self._messages = messages
        self._asks = asks
        self._can_wait = asks and _is_at_a_terminal()
        self._is_dry = is_dry
        self._removes = removes

    def run(self) -> None:
        espocrm = self._given.espocrm
        found = {"version": espocrm.version, "folder": str(espocrm.folder)}
        self._tell(InitCode.FOUND, found)
        steps = removal(self._given) if self._removes else installation(self._given)
        left = [step for step in steps if not step.is_done()]
        if not left:
            self._tell(InitCode.ALREADY)
            return
        self._show(left)
        if self._is_dry:
            self._tell(InitCode.DRY_RUN)
            return
        if self._asks and not self._is_agreed():
            self._tell(InitCode.NOTHING_DONE)
            return
        self._do(left)
        self._say_what_follows()

    def _show(self, steps: Sequence[Step]) -> None:
        self._tell(InitCode.REMOVAL_PLAN if self._removes else InitCode.PLAN)
        for number, step in enumerate(steps, start=1):
            said = step.sentence()
            click.echo(f"{number:>3}. {self._messages.of(said.code, said.params).text}")

    def _is_agreed(self) -> bool:
        question = self._messages.of(InitCode.CONFIRM).text
        answer = str(click.prompt(question, default="", show_default=False))
        return answer.strip().casefold() in _YES

    def _do(self, steps: Sequence[Step]) -> None:
        for number, step in enumerate(steps, start=1):
            while not self._is_finished(step):
                click.pause(self._messages.of(InitCode.PRESS_A_KEY).text)
            said = step.sentence()
            click.echo(f"✓ {number:>3}. {self._messages.of(said.code, said.params).text}")

    def _is_finished(self, step: Step) -> bool:
        """Do the step; whether it need not be tried again once somebody has helped."""
        try:
            # An earlier step may have done it as well.
            if not step.is_done():
                step.do()
        except CannotContinue as error:
            if error.code is not InitCode.DATABASE_SQL or not self._can_wait:
                raise
            click.echo(self._messages.told(error.code, error.params), err=True)
            return False
        return True

    def _say_what_follows(self) -> None:
        if self._removes:
            self._tell(InitCode.REMOVED)
            return
        self._tell(InitCode.BACK_UP_KEYS, {"file": MASTER_KEYS_FILE})
        address = f"{self._given.espocrm.site_url}/{_SETTINGS_PAGE}"
        if self._given.machine.has_systemd:
            self._tell(InitCode.COMPLETE, {"address": address})
        else:
            params = {"command": f"{COMMAND_FILE} serve", "address": address}
            self._tell(InitCode.COMPLETE_BY_HAND, params)

    def _tell(self, code: InitCode, params: Mapping[str, str] | None = None) -> None:
        click.echo(self._messages.of(code, params).text)
