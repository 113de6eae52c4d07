"""Which EspoCRM the end-to-end tests may use, by environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "KSEF_E2E_"
NEEDED = ("ESPOCRM_ROOT", "URL", "ADMINISTRATOR", "PASSWORD")


@dataclass(frozen=True)
class GivenInstallation:
    """An EspoCRM that these tests change as they like: it is theirs."""

    root: Path
    php: str
    url: str
    """Without a slash at its end."""
    administrator: str
    password: str
    screenshots: Path | None
    """None: below pytest's temporary folder."""


def given_installation(environment: Mapping[str, str] = os.environ) -> GivenInstallation | str:
    """The installation, or in one sentence what is missing."""
    values = {name: environment.get(PREFIX + name, "") for name in NEEDED}
    missing = [PREFIX + name for name, value in values.items() if not value]
    if missing:
        return f"no EspoCRM given: {', '.join(missing)} not set"
    screenshots = environment.get(PREFIX + "SCREENSHOTS", "")
    return GivenInstallation(
        root=Path(values["ESPOCRM_ROOT"]).resolve(),
        php=environment.get(PREFIX + "PHP") or "php",
        url=values["URL"].rstrip("/"),
        administrator=values["ADMINISTRATOR"],
        password=values["PASSWORD"],
        screenshots=Path(screenshots).resolve() if screenshots else None,
    )
