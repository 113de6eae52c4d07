"""A company whose certificates renew themselves, and what became of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from bridge.credentials.identifiers import internal_id_that_fits
from tests.access_tokens import take_access_token
from tests.e2e.certificate_life import Life
from tests.e2e.records import LINK_FIELDS
from tests.installation import new_nip

RENEW = "KsefRenewCertificates"
COLLECT = "KsefCollectCertificates"
WITHIN_SECONDS = 120
SUCCESSORS = """
    SELECT id, status, deleted, renewal_pending FROM ksef_certificate
    WHERE predecessor_id = :id ORDER BY created_at
"""


@dataclass(frozen=True)
class RenewingCompany:
    """A subject whose two certificates are used by two profiles."""

    life: Life
    nip: str
    certificates: dict[str, str]
    profiles: tuple[str, str]

    @classmethod
    def founded(cls, life: Life) -> RenewingCompany:
        nip = new_nip()
        certificates = {
            type_: life.certificate(nip, type_, name=f"{type_} {nip}", autoRenew=True)
            for type_ in LINK_FIELDS
        }
        login = certificates["Authentication"]
        offline = {"offlineCertificateId": certificates["Offline"]}
        records = life.records
        profiles = (
            records.certificate_profile(f"Firma {nip}", nip, login, **offline),
            records.certificate_profile(
                f"Oddział {nip}",
                nip,
                login,
                internalId=internal_id_that_fits(f"{nip}-12345"),
                **offline,
            ),
        )
        for profile in profiles:
            assert records.connection_test(profile)["connectionStatus"] == "Connected"
        return cls(life, nip, certificates, profiles)

    def end_in(self, days: float) -> None:
        for certificate in self.certificates.values():
            self.life.end_in(certificate, days)

    def assert_works(self) -> None:
        """Both profiles log in and sign offline, whatever is going on."""
        for profile in self.profiles:
            answer = self.life.espocrm.script("access_token.php", profile)
            assert "token" in answer, answer
            take_access_token(answer["token"], answer["sessionReference"])
            route = f"KsefProfile/{profile}/tryOfflineSigning"
            assert self.life.records.user.done("POST", route, {})["kod2"]["url"]

    def used(self, type_: str) -> set[str]:
        """Ids of the certificates of a type that the profiles use."""
        field = f"{LINK_FIELDS[type_]}Id"
        return {self.life.profile(profile)[field] for profile in self.profiles}

    def successors(self, type_: str) -> list[Any]:
        """Records that renew the certificate, also those that were removed since."""
        return self.life.espocrm.rows(SUCCESSORS, id=self.certificates[type_])

    def known_to_ksef(self, type_: str) -> int:
        """How many certificates of the type KSeF has issued to the subject."""
        listed = self.life.bridge.simulator.call("GET", "/_simulator/certificates").json
        return sum(
            each["subjectIdentifier"]["value"] == self.nip and each["type"] == type_
            for each in listed["certificates"]
        )

    def run(self, *jobs: str) -> None:
        for job in jobs or (RENEW, COLLECT):
            self.life.run_job(job)

    def run_until_renewed(self, *types: str) -> None:
        """The jobs in turn, until the profiles use successors; they work all the time."""
        end = time.monotonic() + WITHIN_SECONDS
        wanted = types or tuple(self.certificates)
        while any(self.used(each) == {self.certificates[each]} for each in wanted):
            assert time.monotonic() < end, [self.successors(each) for each in wanted]
            self.run()
            self.assert_works()

    def assert_renewed_once(self, *types: str) -> None:
        """One successor here and at KSeF for each, used by both profiles and told once."""
        for type_ in types or self.certificates:
            [successor] = self.successors(type_)
            assert (successor["status"], successor["renewal_pending"]) == ("Active", 0)
            assert self.used(type_) == {successor["id"]}
            assert self.known_to_ksef(type_) == 2, "the old one and the new one"
            old = self.life.record(self.certificates[type_])
            assert (old["status"], old["renewalCode"]) == ("Active", None)
            told = self.life.messages(successor["id"])
            assert {len(messages) for messages in told.values()} == {1}
        for profile in self.profiles:
            assert self.life.profile(profile)["connectionStatus"] == "Connected"
        self.assert_works()
