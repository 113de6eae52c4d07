"""Makes a release of the commit that is checked out: wheel, sdist, the package for EspoCRM, a bill
of materials (CycloneDX), SHA256SUMS.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from espo_extension.build.package import checksum_line
from releasing import audit, bill_of_materials
from releasing.artifacts import built
from releasing.commit import Commit, clean_commit
from releasing.installation import check_installed
from releasing.refusal import Refused
from releasing.versions import agreed_version, has_unreleased

SUMS = "SHA256SUMS"


@click.command(help=__doc__)
@click.option("--dry-run", is_flag=True, help="Make everything, print SHA256SUMS, leave nothing.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="ID",
    help="A vulnerability that does not concern the bridge; repeat for several.",
)
@click.option(
    "--osv-url",
    default=audit.OSV,
    show_default=True,
    metavar="URL",
    help="Where known vulnerabilities are asked for.",
)
def main(dry_run: bool, accepted: tuple[str, ...], osv_url: str) -> None:
    """The command line."""
    repository = Path.cwd()
    try:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "release")
            target.mkdir()
            commit = clean_commit(repository)
            version = released_version(commit, repository, dry_run=dry_run)
            make(commit, version, Path(folder), target, accepted, osv_url)
            click.echo((target / SUMS).read_text(), nl=False)
            if not dry_run:
                keep(target, repository / "dist" / version)
    except Refused as refusal:
        raise SystemExit(f"Not released: {refusal}.") from None


def released_version(commit: Commit, repository: Path, *, dry_run: bool) -> str:
    """The version that may be released of a commit. Raises Refused."""
    version = agreed_version(repository)
    tagged = commit.tagged(f"v{version}")
    if tagged not in (None, commit.hash):
        raise Refused(
            f"v{version} is the tag of another commit; raise the version in manifest.json"
        )
    if has_unreleased(repository):
        if not dry_run:
            raise Refused(
                f"CHANGELOG.md has changes under Unreleased; move them to version {version}"
            )
        note("CHANGELOG.md has changes under Unreleased, which only a dry run may have.")
    return version


def make(
    commit: Commit,
    version: str,
    folder: Path,
    target: Path,
    accepted: tuple[str, ...],
    osv_url: str,
) -> None:
    """Put a release into a folder. Raises Refused."""
    sources = folder / "sources"
    commit.unpack(sources)
    artifacts = built(commit, sources, version, target, note)
    python = bill_of_materials.installed(commit, sources, folder / "environment")
    check_installed(python, artifacts, version)
    bill = bill_of_materials.written(commit, sources, python, version, artifacts)
    note(audit.audit(python, osv_url, accepted))
    files = [artifacts.package, artifacts.sdist, artifacts.wheel, bill]
    sums = [checksum_line(file.read_bytes(), file.name) for file in sorted(files)]
    (target / SUMS).write_text("".join(sums))


def keep(made: Path, folder: Path) -> None:
    """Put a release where it is to be found, in place of an earlier one of that version."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made, folder)
    note(f"{folder} has the release; docs/releasing.md says what comes next.")


def note(line: str) -> None:
    """Tell whoever releases."""
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
