"""The commit that is released: what is not in it cannot get into a release."""

from __future__ import annotations

import io
import subprocess
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from releasing.refusal import Refused


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the repository, by its hash."""

    repository: Path
    hash: str
    seconds: int
    """Its time since 1970, which is that of every file in the release."""

    @property
    def moment(self) -> str:
        """The same as packages' indexes write it (RFC 3339)."""
        return datetime.fromtimestamp(self.seconds, UTC).isoformat()

    def unpack(self, folder: Path) -> None:
        """Put its files into a folder."""
        content = git(self.repository, "archive", "--format=tar", self.hash)
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(folder, filter="data")

    def tagged(self, tag: str) -> str | None:
        """The hash of the commit that a tag names, if there is the tag."""
        try:
            return (
                git(self.repository, "rev-parse", "--verify", f"{tag}^{{commit}}").decode().strip()
            )
        except Refused:
            return None


def clean_commit(repository: Path) -> Commit:
    """The commit that is checked out. Raises Refused where anything differs from it."""
    changed = git(repository, "status", "--porcelain", "--untracked-files=all").decode()
    if changed:
        first, *others = [line[3:] for line in changed.splitlines()]
        more = f" and {len(others)} more" if others else ""
        raise Refused(
            f"the folder differs from its last commit ({first}{more}); "
            "commit what belongs to the release and put the rest away"
        )
    found = git(repository, "log", "-1", "--format=%H %ct").decode().split()
    return Commit(repository, found[0], int(found[1]))


def git(repository: Path, *arguments: str) -> bytes:
    """What git prints. Raises Refused with what it says when it fails."""
    finished = subprocess.run(
        ["git", "-C", repository, *arguments],  # noqa: S607 – the git of whoever releases
        capture_output=True,
        check=False,
    )
    if finished.returncode:
        said = finished.stderr.decode(errors="replace").strip().splitlines() or ["it failed"]
        raise Refused(f"git {arguments[0]}: {said[0]}")
    return finished.stdout
