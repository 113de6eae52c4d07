"""Certificates that are being renewed: who has some, what the jobs do, what came of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bridge.credentials.identifiers import internal_id_that_fits
from tests.e2e.certificate_life import Life
from tests.e2e.records import LINK_FIELDS
from tests.installation import Installation, new_nip

RENEW = "KsefRenewCertificates"
COLLECT = "KsefCollectCertificates"
WITHIN_SECONDS = 120
ALIVE = "UPDATE ksef_certificate SET {column} = {column} - INTERVAL :hours HOUR WHERE id = :id"
SUCCESSORS = """
    SELECT id, status, name, renewal_pending FROM ksef_certificate
    WHERE predecessor_id = :id AND deleted = 0
"""


@dataclass
class StartedJob:
    """A job that runs as EspoCRM's daemon would start it, to be killed at any moment."""

    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def is_killed(self) -> bool:
        return self.process.returncode == -signal.SIGKILL


@dataclass
class Renewing:
    """A company whose certificates come to their end, seen from EspoCRM and from KSeF."""

    life: Life
    bridge: Installation
    """The one that EspoCRM asks."""
    nip: str
    certificates: dict[str, str]
    """By type, those that are to be renewed."""
    profiles: dict[str, str]
    """By name."""
    job: StartedJob | None = None
    seen: list[str] = field(default_factory=list)

    def start(self, name: str) -> StartedJob:
        given = self.life.espocrm.given
        process = subprocess.Popen(
            [given.php, "command.php", "run-job", name],
            cwd=given.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.job = StartedJob(process)
        return self.job

    def run(self, name: str) -> None:
        """Let a job run to its end, whatever that is."""
        job = self.start(name)
        job.process.wait(timeout=WITHIN_SECONDS)
        assert job.process.returncode in {0, -signal.SIGKILL}, job.process.returncode

    def kill_job(self) -> None:
        assert self.job is not None
        self.job.kill()

    def work_until(self, is_so: Callable[[], bool]) -> None:
        """Both jobs, again and again; all profiles can log in after each."""
        end = time.monotonic() + WITHIN_SECONDS
        while not is_so():
            assert time.monotonic() < end, self.told()
            for name in (RENEW, COLLECT):
                self.run(name)
                self.assert_all_log_in()
                if is_so():
                    return
            time.sleep(0.5)

    def assert_all_log_in(self) -> None:
        """By a new login, whatever sessions live on; whoever was connected stays so."""
        for name, profile in self.profiles.items():
            tested = self.bridge.call("POST", f"/v1/profiles/{profile}/connection-test", {})
            assert tested.status == 200, f"{name}: {tested.body!r}"
            assert tested.json["ok"], f"{name}: {tested.json['steps']}"
            assert self.life.state(profile) == ("Connected", None), name

    def successors(self, certificate: str) -> list[dict[str, Any]]:
        return self.life.espocrm.rows(SUCCESSORS, id=certificate)

    def is_renewed(self) -> bool:
        found = [self.successors(each) for each in self.certificates.values()]
        return all(
            [each["status"] for each in those] == ["Active"] and not those[0]["renewal_pending"]
            for those in found
        )

    def at_ksef(self) -> Counter[str]:
        """How many certificates KSeF has issued to the company, by type."""
        return Counter(each["type"] for each in self._control("certificates"))

    def requests(self) -> Counter[str]:
        """How many requests for certificates KSeF has taken, by type."""
        return Counter(each["type"] for each in self._control("enrollments"))

    def _control(self, what: str) -> list[dict[str, Any]]:
        found = self.life.bridge.simulator.call("GET", "/_simulator/certificates").json[what]
        return [each for each in found if each["subjectIdentifier"]["value"] == self.nip]

    def told(self) -> dict[str, list[str]]:
        """All that the administrators were told of these certificates, by user name."""
        found: dict[str, list[str]] = {}
        ids = [*self.certificates.values()]
        for each in self.certificates.values():
            ids += [row["id"] for row in self.successors(each)]
        seen = set()
        for id_ in ids:
            for who, messages in self.life.messages(id_).items():
                for message in messages:
                    if (who, message) not in seen:
                        seen.add((who, message))
                        found.setdefault(who, []).append(message)
        return found

    def age(self, hours: int) -> None:
        """So much time passes for what EspoCRM has stored of the renewals."""
        for certificate in self.certificates.values():
            statement = ALIVE.format(column="renewal_attempted_at")
            self.life.espocrm.execute(statement, hours=hours, id=certificate)
            for successor in self.successors(certificate):
                statement = ALIVE.format(column="created_at")
                self.life.espocrm.execute(statement, hours=hours, id=successor["id"])

    def assert_renewed_once(self, told: Counter[str] | None = None) -> None:
        """One successor of each at KSeF and in EspoCRM, and every profile uses it."""
        for type_, certificate in self.certificates.items():
            assert (self.requests()[type_], self.at_ksef()[type_]) == (1, 2), type_
            [successor] = self.successors(certificate)
            assert self.life.status(certificate) == "Active"
            for name, profile in self.profiles.items():
                linked = self.life.profile(profile)[f"{LINK_FIELDS[type_]}Id"]
                assert linked == successor["id"], f"{name}, {type_}"
            record = self.life.record(certificate)
            assert record["renewalCode"] is None, record["renewalCode"]
            if told is not None:
                assert self.life.told(successor["id"]) == told
        self.assert_all_log_in()


@contextlib.contextmanager
def renewing(life: Life, bridge: Installation, *types: str, days: float = 20) -> Iterator[Renewing]:
    """A company and its unit, both of which use the same certificates, which end soon."""
    nip = new_nip()
    with life.ending_with_the_test():
        certificates = {type_: life.certificate(nip, type_) for type_ in types}
        login = certificates.get("Authentication") or life.certificate(nip)
        more = {"offlineCertificateId": certificates.get("Offline")}
        records = life.records
        profiles = {
            "company": records.certificate_profile("Spółka", nip, login, **more),
            "unit": records.certificate_profile(
                "Oddział", nip, login, internalId=internal_id_that_fits(f"{nip}-12345"), **more
            ),
        }
        for profile in profiles.values():
            assert records.connection_test(profile)["connectionStatus"] == "Connected"
        for certificate in certificates.values():
            life.end_in(certificate, days)
            body = {"autoRenew": True}
            records.user.done("PUT", f"KsefCertificate/{certificate}", body)
        yield Renewing(life, bridge, nip, certificates, profiles)
