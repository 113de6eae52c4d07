"""What hatchling asks while it builds the wheel: the extension's package goes into it.

So bridge and extension of one version come together, and fit. An editable installation has the
sources beside it, from which scripts/build_extension.py makes the package.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TARGET = "bridge/extension"


class ExtensionInWheel(BuildHookInterface[Any]):
    """Builds the extension's package when a wheel is built, and forgets it afterwards."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Have the package at its place in the wheel."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)
        from espo_extension.build.building import build

        package = build(root, note=self.app.display_warning)
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name, package.name)
        file.write_bytes(package.zipped())
        build_data["force_include"][str(file)] = f"{TARGET}/{package.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The wheel is written."""
        if version != "editable":
            self._folder.cleanup()
