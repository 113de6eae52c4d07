"""Certificates in use: companies that have some, what KSeF does to them, who is told of it."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.credential_files import CredentialFiles, portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.installation import Installation

JOB = "KsefSynchronizeCertificates"
LISTED = "POST /certificates/query"
TOLD = """
    SELECT user.user_name, notification.message
    FROM notification JOIN user ON user.id = notification.user_id
    WHERE notification.type = 'Message' AND notification.message LIKE :words
    AND notification.deleted = 0 ORDER BY notification.number
"""


@dataclass(frozen=True)
class Life:
    """What a test does with certificates of a company at the simulator and in EspoCRM."""

    espocrm: EspoCrm
    records: Records
    bridge: Installation
    folder: Path

    @contextlib.contextmanager
    def ending_with_the_test(self) -> Iterator[Life]:
        """Profiles made in the block are switched off after it: the jobs pass them over."""
        before = self._profiles()
        try:
            yield self
        finally:
            for profile in self._profiles() - before:
                self.set_status(profile, "Inactive")

    def _profiles(self) -> set[str]:
        return {row["id"] for row in self.espocrm.rows("SELECT id FROM ksef_profile")}

    def set_status(self, profile: str, status: str) -> None:
        """Past every hook."""
        statement = "UPDATE ksef_profile SET status = :status WHERE id = :id"
        self.espocrm.execute(statement, status=status, id=profile)

    def upload_over(self, certificate: str, files: CredentialFiles) -> None:
        """Another certificate takes the place of the record's."""
        user = self.records.user
        user.done(
            "PUT",
            f"KsefCertificate/{certificate}",
            {
                "certificateFileId": user.uploaded(
                    "certificateFile", files.certificate_name, files.certificate
                ),
                "keyFileId": user.uploaded("keyFile", files.key_name, files.key),
                "password": files.password,
            },
        )

    def files(self, nip: str, type_: str) -> CredentialFiles:
        folder = self.folder / f"{nip}-{type_}-{len(list(self.folder.iterdir()))}"
        return portal_files(folder, self.bridge.simulator.port, nip, type_)

    def certificate(self, nip: str, type_: str = "Authentication", **more: object) -> str:
        """A certificate of the portal's, uploaded."""
        return self.records.certificate(self.files(nip, type_), **more)

    def play(self, certificate: str, status: str) -> None:
        """KSeF gives the certificate another status."""
        path = f"/_simulator/certificates/{self.record(certificate)['serialNumber']}"
        answer = self.bridge.simulator.call("PUT", path, json_body={"status": status})
        assert answer.status == 204, answer.body

    def run_job(self, name: str = JOB) -> None:
        self.espocrm.run_job(name)

    def record(self, certificate: str) -> Any:
        return self.records.user.done("GET", f"KsefCertificate/{certificate}")

    def profile(self, profile: str) -> Any:
        return self.records.user.done("GET", f"KsefProfile/{profile}")

    def status(self, certificate: str) -> str:
        return str(self.record(certificate)["status"])

    def state(self, profile: str) -> tuple[str, str | None]:
        """Connection status and reason."""
        found = self.profile(profile)
        return found["connectionStatus"], found["connectionCode"]

    def lists(self) -> int:
        """How often KSeF has been asked for a list of certificates."""
        return self.bridge.ksef_calls().get(LISTED, 0)

    def messages(self, words: str) -> dict[str, list[str]]:
        """Notifications that hold the words, by user name."""
        found: dict[str, list[str]] = {}
        for row in self.espocrm.rows(TOLD, words=f"%{words}%"):
            found.setdefault(row["user_name"], []).append(row["message"])
        return found

    def told(self, words: str) -> Counter[str]:
        """How many notifications hold the words, by user name."""
        return Counter({who: len(messages) for who, messages in self.messages(words).items()})

    def end_in(self, certificate: str, days: float) -> None:
        """EspoCRM takes the certificate for one that ends so many days from now."""
        self.espocrm.execute(
            "UPDATE ksef_certificate SET valid_to = UTC_TIMESTAMP() + INTERVAL :seconds SECOND "
            "WHERE id = :id",
            seconds=round(days * 86400),
            id=certificate,
        )
