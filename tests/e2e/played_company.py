"""A company whose certificates were requested in EspoCRM, as it lives through years."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bridge.credentials.identifiers import internal_id_that_fits
from tests.access_tokens import take_access_token
from tests.e2e.credential_files import portal_files
from tests.e2e.moved_world import MovedWorld
from tests.e2e.records import LINK_FIELDS, Records
from tests.installation import new_nip
from tests.secret_register import register_secret

STATES = "KsefSynchronizeCertificates"
CONNECTIONS = "KsefCheckConnections"
RENEW = "KsefRenewCertificates"
COLLECT = "KsefCollectCertificates"
CERTIFICATES = """
    SELECT id, name, type, status, valid_to, predecessor_id, serial_number, renewal_code, auto_renew
    FROM ksef_certificate WHERE deleted = 0 ORDER BY valid_to, id
"""
PROFILES = """
    SELECT id, status, authorization_type, authorization_certificate_id, offline_certificate_id,
    connection_status, connection_code FROM ksef_profile WHERE deleted = 0
"""


@dataclass
class PlayedCompany:
    """Its profiles by name; those in `offline` sign invoices, too."""

    world: MovedWorld
    records: Records
    nip: str
    profiles: dict[str, str] = field(default_factory=dict)
    offline: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    first: dict[str, str] = field(default_factory=dict)
    """By type: the certificate that was requested at the start."""
    portal: str = ""
    """The certificate of the portal by which the others were requested; nobody uses it since."""
    checks: int = 0

    @classmethod
    def founded(cls, world: MovedWorld, records: Records, folder: Path) -> PlayedCompany:
        """Two profiles of one certificate of either type, as the guide has it made."""
        company = cls(world, records, new_nip())
        nip = company.nip
        files = portal_files(folder, world.bridge.simulator.port, nip, "Authentication")
        company.portal = records.certificate(files)
        first = records.certificate_profile("Sklep", nip, company.portal)
        unit = records.certificate_profile(
            "Oddział", nip, company.portal, internalId=internal_id_that_fits(f"{nip}-12345")
        )
        company.profiles = {"Sklep": first, "Oddział": unit}
        company.test_connections()
        for type_ in LINK_FIELDS:
            body = {"type": type_, "keyAlgorithm": "EC P-256", "name": f"Certyfikat {type_}"}
            begun = records.user.done("POST", f"KsefProfile/{first}/requestCertificate", body)
            register_secret(begun["packagePassword"])
            company.first[type_] = begun["certificateId"]
        company.collect_until_issued()
        for profile in company.profiles.values():
            company.link(profile, **company.first)
        company.test_connections()
        return company

    def test_connections(self) -> None:
        """By hand, on every profile."""
        for profile in self.profiles.values():
            test = self.records.connection_test(profile)
            assert test["connectionStatus"] == "Connected", test

    def link(self, profile: str, **certificates: str) -> None:
        """By hand, as an administrator does it; the arguments are named by type."""
        body = {f"{LINK_FIELDS[type_]}Id": each for type_, each in certificates.items()}
        self.records.user.done("PUT", f"KsefProfile/{profile}", body)
        if "Offline" in certificates:
            self.offline.add(profile)

    def token_profile(self, name: str, internal_id: str = "") -> str:
        """A profile that logs in with a token: of a unit of the company, or of another company."""
        nip = self.nip if internal_id else new_nip()
        context = {"type": "InternalId", "value": internal_id} if internal_id else None
        body = {"context": context or {"type": "Nip", "value": nip}}
        given = self.world.bridge.simulator.call("POST", "/_simulator/ksef-tokens", json_body=body)
        token = register_secret(str(given.json["token"]))
        self.profiles[name] = self.records.token_profile(name, nip, token, internalId=internal_id)
        self.test_connections()
        return self.profiles[name]

    def collect_until_issued(self) -> None:
        """KSeF takes its time; EspoCRM looks every few minutes."""
        for _ in range(10):
            if not any(row["status"] == "Requested" for row in self.certificates()):
                return
            self.world.time.go_on(timedelta(minutes=2))
            self.world.run_jobs(COLLECT)
            self.check()
        raise AssertionError(f"still requested: {self.certificates()}")

    def live_through(self, moment: datetime) -> None:
        """A day's jobs, and an hour later once more: nothing is told or done twice."""
        self.world.go_to(moment)
        self.world.run_jobs(STATES, CONNECTIONS, RENEW)
        self.check()
        self.collect_until_issued()
        self.world.go_to(moment + timedelta(hours=1))
        self.world.run_jobs(STATES, RENEW, COLLECT)
        self.check()

    def check(self) -> None:
        """Every profile logs in, signs offline, and is what it says of itself."""
        profiles = {row["id"]: row for row in self.world.espocrm.rows(PROFILES)}
        active = [each for each in profiles if each not in self.ended]
        wanted = [f"{each}:{self.nip}" if each in self.offline else each for each in active]
        answers = self.world.espocrm.script("log_in_and_sign.php", *wanted)
        at = self.world.time.now()
        for each in active:
            answer = answers[each]
            assert "token" in answer, (at, profiles[each], answer)
            take_access_token(answer["token"], answer["sessionReference"])
            if each in self.offline:
                self._check_link(answer["kod2"], profiles[each]["offline_certificate_id"])
            assert profiles[each]["connection_status"] == "Connected", (at, profiles[each])
        self._check_no_duplicate()
        self.checks += 1

    def _check_link(self, url: str, certificate: str) -> None:
        """KSeF knows the link's signature for one of this certificate, which is Active."""
        path = urlsplit(url).path
        answer = self.world.bridge.simulator.call(
            "GET", path, headers={"Accept": "application/json"}
        ).json
        assert answer["valid"], (self.world.time.now(), answer["checks"])
        [used] = [row for row in self.certificates() if row["id"] == certificate]
        assert answer["certificateSerialNumber"] == used["serial_number"]

    def _check_no_duplicate(self) -> None:
        """Of each type KSeF has two Active ones at most, the old one and its successor."""
        own = self.at_ksef()
        active = Counter(each["type"] for each in own if each["status"] == "Active")
        # The portal's is the third Authentication certificate until it ends.
        assert active["Authentication"] <= 3, own
        assert active["Offline"] <= 2, own
        keys = Counter(each["publicKeySha256"] for each in own)
        assert set(keys.values()) <= {1}, own

    def at_ksef(self) -> list[dict[str, Any]]:
        """The company's certificates as KSeF has them."""
        found = self.world.at_ksef("certificates")
        return [each for each in found if each["subjectIdentifier"]["value"] == self.nip]

    def certificates(self) -> list[dict[str, Any]]:
        """EspoCRM's records, the one that ends first at the beginning."""
        return self.world.espocrm.rows(CERTIFICATES)

    def line(self, type_: str) -> list[str]:
        """The certificate of the start and its successors, one after the other."""
        line = [self.first[type_]]
        by_predecessor = {row["predecessor_id"]: row["id"] for row in self.certificates()}
        while successor := by_predecessor.get(line[-1]):
            line.append(successor)
        return line

    def ends(self, type_: str) -> list[datetime]:
        """When the certificates of the line end."""
        ends = {row["id"]: row["valid_to"].replace(tzinfo=UTC) for row in self.certificates()}
        return [ends[each] for each in self.line(type_)]
