"""Many certificates of many companies, in the simulator and in EspoCRM's database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import text

from bridge.credentials.certificate import read_facts
from bridge.credentials.private_key import unencrypted_pkcs8
from bridge.keys.master_keys import load_key_ring
from bridge.seal_bindings import private_key_binding
from bridge.simulator.certificates.issued_certificate import CertificateType
from bridge.simulator.certificates.portal import Application, company, issue_by_simulator, new_key
from bridge.vault import Purpose, Vault
from tests.e2e.espocrm import EspoCrm
from tests.installation import Installation, new_nip

_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - as EspoCRM writes it


@dataclass(frozen=True)
class Company:
    """Its profile logs in with the first of its certificates."""

    nip: str
    profile: str
    certificates: list[dict[str, Any]]
    """Rows of `ksef_certificate`."""


def new_companies(
    espocrm: EspoCrm, bridge: Installation, companies: int, each: int
) -> list[Company]:
    """Companies with profiles, and so many certificates `each`, issued one after the other.

    They are written past EspoCRM as it writes them: a thousand uploads would take half an hour.
    """
    vault = Vault(load_key_ring(Path(bridge.environment["KSEF_BRIDGE_MASTER_KEYS_FILE"])))

    def make(nip: str) -> Company:
        rows = [_certificate(bridge, vault, nip, number) for number in range(each)]
        return Company(nip, _new_id(), rows)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(make, [new_nip() for _ in range(companies)]))
    _insert(espocrm, "ksef_certificate", [row for company in made for row in company.certificates])
    _insert(espocrm, "ksef_profile", list(_profiles(made)))
    return made


def _certificate(bridge: Installation, vault: Vault, nip: str, number: int) -> dict[str, Any]:
    type_: CertificateType = "Offline" if number % 2 else "Authentication"
    application = Application(company(nip, f"Firma {nip}"), type_, new_key("EC P-256"))
    # A busy machine may keep one of a thousand waiting for too long.
    simulators = [bridge.simulator.port] * 3
    certificate = issue_by_simulator(application, simulators)
    assert certificate is not None
    public_key = certificate.public_key()
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(spki)
    facts = asdict(read_facts(certificate, now=datetime.now(UTC), key_matches=True))
    # A certificate of Test or Demo has no environment of its own.
    for name in ("days_left", "key_matches", "environments"):
        del facts[name]
    for name in ("valid_from", "valid_to"):
        facts[name] = facts[name].replace(tzinfo=None)
    return {
        **{name: getattr(value, "value", value) for name, value in facts.items()},
        "id": _new_id(),
        "name": f"{nip} {number}",
        "deleted": False,
        "status": "Active",
        "certificate_pem": certificate.public_bytes(Encoding.PEM).decode(),
        "private_key_sealed": vault.seal(
            unencrypted_pkcs8(application.key),
            Purpose.PRIVATE_KEY,
            private_key_binding(digest.finalize().hex()),
        ),
        "created_at": _CREATED,
    }


def _profiles(companies: list[Company]) -> Iterator[dict[str, Any]]:
    for each in companies:
        yield {
            "id": each.profile,
            "name": f"Firma {each.nip}",
            "deleted": False,
            "status": "Active",
            "nip": each.nip,
            "internal_id": "",
            "environment": "Test",
            "authorization_type": "Certificate",
            "authorization_certificate_id": each.certificates[0]["id"],
            "connection_status": "NotTested",
            "created_at": _CREATED,
        }


def _new_id() -> str:
    return secrets.token_hex(9)[:17]


def _insert(espocrm: EspoCrm, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    columns, values = ", ".join(names), ", ".join(f":{name}" for name in names)
    statement = text(f"INSERT INTO {table} ({columns}) VALUES ({values})")  # noqa: S608
    with espocrm.engine.connect() as connection:
        connection.execute(statement, rows)
