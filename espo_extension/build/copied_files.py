"""The files that go into the package as they are: PHP, JavaScript, scripts, the manifest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from espo_extension.build.failure import BuildFailed

FILES = Path("espo_extension/files")
SCRIPTS = Path("espo_extension/scripts")
KINDS = frozenset({".php", ".js", ".json", ".tpl", ".css", ".svg"})


def copied_files(root: Path) -> dict[str, bytes]:
    """Content by path in the package. Raises BuildFailed."""
    entries = {"manifest.json": (root / "manifest.json").read_bytes()}
    for folder, target in ((FILES, "files"), (SCRIPTS, "scripts")):
        for file in files_below(root / folder):
            path = f"{target}/{file.relative_to(root / folder).as_posix()}"
            if file.is_symlink() or file.suffix not in KINDS:
                raise BuildFailed(f"{folder}: {file.name} is no kind of file that belongs there")
            entries[path] = file.read_bytes()
    return entries


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder that need not exist."""
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)
