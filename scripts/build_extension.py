#!/usr/bin/env python3
"""Builds the extension's package: dist/ksef-<version>.zip and its SHA-256."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

try:
    import click

    from espo_extension.build.building import build
    from espo_extension.build.failure import BuildFailed
    from espo_extension.build.package import checksum_line
except ImportError as error:
    sys.exit(
        f"The Python module “{error.name}” is missing. Run scripts/demo once, which prepares "
        ".venv, then: .venv/bin/python scripts/build_extension.py"
    )


@click.command(help=__doc__)
@click.option("--check", is_flag=True, help="Write nothing; say whether dist is up to date.")
@click.option("--list", "listed", is_flag=True, help="Print what is in the package.")
def main(check: bool, listed: bool) -> None:
    """The command line."""
    try:
        package = build(ROOT, note=lambda line: click.echo(line, err=True))
    except BuildFailed as failure:
        raise SystemExit(f"Not built: {failure}.") from None
    content = package.zipped()
    target = ROOT / "dist" / package.name
    files = {
        target: content,
        target.with_name(f"{target.name}.sha256"): checksum_line(content, target.name).encode(),
    }
    if listed:
        for path, entry in sorted(package.entries.items()):
            click.echo(f"{len(entry):8}  {path}")
    if check:
        compare(files)
        return
    target.parent.mkdir(exist_ok=True)
    for file, wanted in files.items():
        file.write_bytes(wanted)
    click.echo(
        f"dist/{target.name}: {len(package.entries)} files, {len(content) / 1000:.0f} kB, "
        f"SHA-256 {checksum_line(content, '').strip()}"
    )


def compare(files: dict[Path, bytes]) -> None:
    """Ends with status 1 and one line when a file is missing or another one."""
    for file, wanted in files.items():
        name = file.relative_to(ROOT)
        if not file.is_file():
            raise SystemExit(f"{name} is missing. Run scripts/build_extension.py.")
        if file.read_bytes() != wanted:
            raise SystemExit(f"{name} is not what the sources give. Build it again.")
    click.echo(f"{next(iter(files)).relative_to(ROOT)} is up to date.")


if __name__ == "__main__":
    main()
