"""Reading a kept input once more, in a process where nothing but the product takes time."""

from __future__ import annotations

import subprocess
import sys
import traceback
from pathlib import Path

from tests.fuzz.bounds import Bounds, TooSlow
from tests.fuzz.targets import TARGETS

OPENAPI = "openapi"
"""The target that is a running bridge, with a module of its own."""


def repeat(target: str, file: Path) -> bool:
    """Whether the target still cannot bear the input; what happens is printed."""
    if target == OPENAPI:
        # Imported here, as the others can be repeated without schemathesis.
        from tests.fuzz import openapi

        return openapi.repeat(file)
    with TARGETS[target].prepare() as prepared:
        try:
            Bounds().read(prepared.read, file.read_bytes())
        except (Exception, TooSlow):  # noqa: BLE001 - that is what is looked for
            traceback.print_exc()
            return True
    return False


def is_repeated(target: str, file: Path) -> bool:
    """The same, asked of a process of its own: instrumented code is several times slower.

    An input that ends that process is not borne either.
    """
    command = [sys.executable, "-m", "tests.fuzz", "--repeat", target, str(file)]
    return subprocess.run(command, capture_output=True, check=False).returncode != 0
