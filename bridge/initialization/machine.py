"""What the steps do to a machine: files with owner and mode, and commands."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.initialization.codes import InitCode
from bridge.initialization.errors import CannotContinue

SYSTEMD = "/run/systemd/system"
"""The folder that is there while systemd is the machine's init (sd_booted(3))."""

_LONGEST_COMMAND = 300
_LAST_LINES = 400
_HOMES = {Path("/home"), Path("/root"), Path("/run/user")}


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a file belongs to, and as whom a command runs."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended; `output` may hold secrets, `problem` is for people."""

    status: int
    output: str
    problem: str


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine; in a test, a folder in which all its files lie."""

    root: Path = Path("/")

    def path(self, path: str) -> Path:
        """Where an absolute path lies."""
        return self.root / path.lstrip("/")

    @property
    def is_administered(self) -> bool:
        """Whether this process is root's."""
        return os.geteuid() == 0

    @property
    def has_systemd(self) -> bool:
        """Whether systemd is the machine's init."""
        return self.path(SYSTEMD).is_dir()

    def run(
        self,
        command: Sequence[str],
        *,
        account: Account | None = None,
        text: str = "",
    ) -> Finished:
        """Run a command to its end, `text` on its standard input, as `account`, else as root.

        A command that does not exist or takes over five minutes is a command that failed.
        """
        changes = account is not None and os.geteuid() != account.uid
        try:
            ended = subprocess.run(  # noqa: S603
                command,
                input=text,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_LONGEST_COMMAND,
                check=False,
                user=account.uid if account is not None and changes else None,
                group=account.gid if account is not None and changes else None,
                extra_groups=() if changes else None,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Finished(127, "", type(error).__name__)
        told = (ended.stderr.strip() or ended.stdout.strip())[-_LAST_LINES:]
        return Finished(ended.returncode, ended.stdout, told)

    def demand(self, command: Sequence[str], *, account: Account | None = None) -> None:
        """Run a command. Raises CannotContinue with its last words when it fails."""
        finished = self.run(command, account=account)
        if finished.status != 0:
            raise CannotContinue(
                InitCode.COMMAND_FAILED, command=" ".join(command), problem=finished.problem
            )

    def account(self, name: str) -> Account | None:
        """The account of that name; None when there is none."""
        found = self.run(["getent", "passwd", name])
        if found.status != 0:
            return None
        fields = found.output.split(":")
        return Account(int(fields[2]), int(fields[3]))

    def read(self, path: str) -> str:
        """The text of a file, never of one that a link leads to: others may write in its folder.

        Raises OSError, UnicodeDecodeError.
        """
        descriptor = os.open(self.path(path), os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, encoding="utf-8") as file:
            return file.read()

    def holds(self, path: str, content: str, owner: Account, mode: int) -> bool:
        """Whether the file is there as `write` would leave it."""
        place = self.path(path)
        try:
            return self.read(path) == content and _is_of(place, owner, mode)
        except (OSError, UnicodeDecodeError):
            return False

    def write(self, path: str, content: str, owner: Account, mode: int) -> None:
        """Put a file in its place as a whole, unless it is there. Raises CannotContinue."""
        if self.holds(path, content, owner, mode):
            return
        place = self.path(path)
        unfinished = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            unfinished.unlink(missing_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(content)
                os.fchown(file.fileno(), owner.uid, owner.gid)
                os.fchmod(file.fileno(), mode)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(place)
        except OSError as error:
            raise _unwritable(place, error) from None
        finally:
            unfinished.unlink(missing_ok=True)

    def has_folder(self, path: str, owner: Account, mode: int) -> bool:
        """Whether the folder is there as `make_folder` would leave it."""
        place = self.path(path)
        return place.is_dir() and _is_of(place, owner, mode)

    def make_folder(self, path: str, owner: Account, mode: int) -> None:
        """Make a folder, or give the one that is there to `owner`. Raises CannotContinue."""
        place = self.path(path)
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            give(place, owner, mode)
        except OSError as error:
            raise _unwritable(place, error) from None

    def remove(self, path: str) -> None:
        """Take a file away, if it is there. Raises CannotContinue."""
        place = self.path(path)
        try:
            place.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(place, error) from None


def reachable_program(path: Path) -> str:
    """The path of a program that every account may run, with the Python that runs it.

    Raises CannotContinue also for one in a home folder, which the service does not see.
    """
    for folder in {*path.resolve().parents, *Path(sys.executable).resolve().parents}:
        if not folder.stat().st_mode & stat.S_IXOTH or folder in _HOMES:
            raise CannotContinue(
                InitCode.PROGRAM_OUT_OF_REACH, program=str(path), folder=str(folder)
            )
    return str(path)


def give(place: Path, owner: Account, mode: int) -> None:
    """Change owner and mode. Raises OSError."""
    os.chown(place, owner.uid, owner.gid)
    place.chmod(mode)


def _is_of(place: Path, owner: Account, mode: int) -> bool:
    found = place.stat()
    return (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (
        owner.uid,
        owner.gid,
        mode,
    )


def _unwritable(place: Path, error: OSError) -> CannotContinue:
    return CannotContinue(
        InitCode.FILE_UNWRITABLE, path=str(place), problem=error.strerror or str(error)
    )
