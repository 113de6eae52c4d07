"""Certificates that were requested by REST and of which KSeF has decided."""

from __future__ import annotations

import time

from tests.e2e.certificate_request import JOB
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.faults.chaos import Chaos
from tests.installation import Installation

_WITHIN_SECONDS = 60


def requested(records: Records, espocrm: EspoCrm, profile: str, name: str) -> str:
    """The id of an Offline certificate that the profile asked for."""
    body = {"type": "Offline", "keyAlgorithm": "EC P-256", "name": name}
    begun = records.user.done("POST", f"KsefProfile/{profile}/requestCertificate", body)
    certificate: str = begun["certificateId"]
    await_decision(records, espocrm, certificate)
    return certificate


def rejected(
    records: Records, espocrm: EspoCrm, bridge: Installation, profile: str, name: str, reason: str
) -> str:
    """The id of one that KSeF did not issue, in these words."""
    chaos = Chaos(bridge.simulator)
    chaos.begin(enrolmentStatus={"code": 499, "description": reason})
    try:
        return requested(records, espocrm, profile, name)
    finally:
        chaos.end()


def await_decision(records: Records, espocrm: EspoCrm, certificate: str) -> None:
    """Have the job look until KSeF has decided of what was requested."""
    end = time.monotonic() + _WITHIN_SECONDS
    while records.user.done("GET", f"KsefCertificate/{certificate}")["status"] == "Requested":
        assert time.monotonic() < end
        espocrm.run_job(JOB)
        time.sleep(1)
