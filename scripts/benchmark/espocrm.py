"""The EspoCRM that is given by the variables of the end-to-end tests, with this tree's extension.

It is one made for tests: records are added to it, and its bridge is another one afterwards.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.bridge_settings import bridge_url, enter_bridge
from tests.e2e.espocrm import EXTENSION, EspoCrm
from tests.e2e.given_installation import GivenInstallation
from tests.e2e.packages import built_package, this_version
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation
from tests.processes import COMMAND, RunningCommand


@dataclass(frozen=True)
class BridgedEspoCrm:
    """An EspoCRM, its administrator, and the bridge that it knows."""

    espocrm: EspoCrm
    user: RestUser
    bridge: Installation
    folder: Path

    @property
    def records(self) -> Records:
        return Records(self.user)

    def retire(self) -> None:
        """Switch off all profiles and certificates, so that later jobs pass them over."""
        for table in ("ksef_profile", "ksef_certificate"):
            self.espocrm.execute(f"UPDATE {table} SET status = 'Inactive'")  # noqa: S608


@contextlib.contextmanager
def bridged_espocrm(
    given: GivenInstallation, simulator: RunningCommand, folder: Path
) -> Iterator[BridgedEspoCrm]:
    """The extension installed anew, a bridge that reads EspoCRM's database, and its connection."""
    espocrm = EspoCrm(given)
    user = RestUser.by_password(
        given.url, given.administrator, given.password, folder / "rest-answers.log"
    )
    listed = user.done("GET", "Extension?maxSize=200&select=name,isInstalled")["list"]
    if any(each["name"] == EXTENSION and each["isInstalled"] for each in listed):
        espocrm.uninstall()
    espocrm.install(built_package(folder / "package", this_version()))
    bridge = Installation.create(folder / "bridges" / "of-espocrm", simulator, [COMMAND])
    url = espocrm.database_url.render_as_string(hide_password=False)
    bridge.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"] = url
    with bridge.running():
        enter_bridge(user, bridge_url(bridge), bridge.api_key)
        found = BridgedEspoCrm(espocrm, user, bridge, folder)
        found.retire()
        try:
            yield found
        finally:
            found.retire()
            espocrm.engine.dispose()
