"""A record whose certificate is requested while the bridge dies, or loses its state."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from tests.enrolment.espocrm import EspoCrm


@dataclass
class Case:
    """A record whose certificate is requested while the bridge dies."""

    espocrm: EspoCrm
    profile_id: str
    record_id: str
    nip: str

    def request(self) -> Any:
        """The answer to a PUT, stored in the record as EspoCRM does."""
        begun = self.espocrm.request_in_the_end(self.profile_id, self.record_id)
        if not self.espocrm.record(self.record_id).private_key_sealed:
            self.espocrm.store_seal(self.record_id, begun["privateKeySealed"])
        return begun

    def ask(self, state: str, within: float = 30) -> Any:
        return self.espocrm.ask_until(self.profile_id, self.record_id, state, within=within)

    def finished(self, *, has_package: bool = True, within: float = 30) -> Any:
        """EspoCRM requests again where it was not answered, asks and collects.

        All that must hold in the end is looked at here.
        """
        begun = self.request()
        issued = self.ask("Issued", within)
        assert (issued["package"] is not None) is has_package
        sealed = self.espocrm.record(self.record_id).private_key_sealed
        assert begun["privateKeySealed"] == sealed
        certificates, requests = self.espocrm.at_ksef(sealed)
        assert [each["certificateSerialNumber"] for each in certificates] == [
            issued["serialNumber"]
        ]
        assert len(requests) == len(self.espocrm.requests_of(self.nip)) == 1
        self.espocrm.collect(self.profile_id, self.record_id, issued)
        tested = self.espocrm.installation.call(
            "POST",
            f"/v1/profiles/{self.profile_id}/connection-test",
            {"authorizationCertificateId": self.record_id},
        ).json
        assert tested["ok"], tested
        return issued


def state_file(espocrm: EspoCrm) -> Path:
    url = make_url(espocrm.installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"])
    assert url.database is not None
    return Path(url.database)


def delete_state(espocrm: EspoCrm) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{state_file(espocrm)}{suffix}").unlink(missing_ok=True)


@contextlib.contextmanager
def state_locked(espocrm: EspoCrm) -> Iterator[None]:
    """Nothing is stored in this block."""
    with contextlib.closing(sqlite3.connect(state_file(espocrm), timeout=5)) as connection:
        connection.isolation_level = None
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
