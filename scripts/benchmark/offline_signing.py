"""KOD II from a sealed key and a certificate that was read, beside the signature alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding

from benchmark.cost import cost_of, median
from benchmark.table import Row, Target, Unit
from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.private_key import PrivateKey, unencrypted_pkcs8
from bridge.credentials.upload import public_key_sha256
from bridge.espocrm.profiles import Certificate
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.offline.invoice import Invoice
from bridge.offline.links import unsigned_certificate_link
from bridge.offline.offline_certificate import usable_certificate
from bridge.offline.signing import signed_link
from bridge.seal_bindings import private_key_binding
from bridge.simulator.certificates.portal import (
    KEY_ALGORITHMS,
    Application,
    company,
    issue_alone,
    new_key,
)
from bridge.vault import Purpose, Vault

_NIP = "5265877635"
_INVOICE = Invoice(_NIP, date(2026, 2, 1), bytes(32))
_CONTEXT = ContextIdentifier(ContextType.NIP, _NIP)
_SHA256 = hashes.SHA256()
_PSS = padding.PSS(padding.MGF1(_SHA256), 32)


def offline_signing_rows(times: int) -> list[Row]:
    """Processor time of one link with a key of each kind, in turn in this process."""
    return [_row(algorithm, times) for algorithm in KEY_ALGORITHMS]


def _row(algorithm: str, times: int) -> Row:
    key = new_key(algorithm)
    ours, floor = _from_seal(key), _alone(key)
    ours()
    floor()
    costs = [(cost_of(ours), cost_of(floor)) for _ in range(times)]
    return Row(
        measured=f"KOD II from a sealed {algorithm} key: CPU",
        ours=median([each for each, _ in costs]).cpu * 1000,
        against="its signature and verification alone",
        other=median([each for _, each in costs]).cpu * 1000,
        unit=Unit.MILLISECONDS,
        target=Target("≤", 2.2),
    )


def _from_seal(key: PrivateKey) -> Callable[[], object]:
    """The seal opened, the link signed, the signature verified with the certificate."""
    vault = Vault(KeyRing([new_master_key(datetime.now(UTC))]))
    issued = issue_alone(Application(company(_NIP, "Firma"), "Offline", key), Environment.TEST)
    binding = private_key_binding(public_key_sha256(issued.public_key()))
    sealed = vault.seal(unencrypted_pkcs8(key), Purpose.PRIVATE_KEY, binding)
    row = Certificate(
        id="certificate",
        status="Active",
        type="Offline",
        kind="Ksef",
        fingerprint="",
        certificate_pem=issued.public_bytes(Encoding.PEM).decode(),
        private_key_sealed=sealed,
    )
    certificate = usable_certificate(row, Environment.TEST, datetime.now(UTC))
    link = unsigned_certificate_link(
        Environment.TEST, _CONTEXT, _INVOICE, certificate.serial_number
    )
    return lambda: signed_link(link, Environment.TEST, certificate, vault)


def _alone(key: PrivateKey) -> Callable[[], object]:
    text = bytes(128)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        public, ecdsa = key.public_key(), ec.ECDSA(_SHA256)
        return lambda: public.verify(key.sign(text, ecdsa), text, ecdsa)
    modulus = key.public_key()
    return lambda: modulus.verify(key.sign(text, _PSS, _SHA256), text, _PSS, _SHA256)
