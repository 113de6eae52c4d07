"""Keys with Offline certificates of KSeF's form, and invoices to sign for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bridge.credentials.private_key import PrivateKey
from bridge.credentials.secret import Secret
from bridge.credentials.upload import public_key_sha256
from bridge.offline.base64url import decode
from bridge.offline.invoice import Invoice
from bridge.offline.offline_certificate import OfflineCertificate
from tests.credentials.certificates import CONTENT_COMMITMENT, Description, pem_of
from tests.secret_register import register_secret

ALGORITHMS = ("EC", "RSA")
OFFICIAL_NIP = "1111111111"
OFFICIAL_HASH = "UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE"
OFFICIAL_SERIAL_NUMBER = "01F20A5D352AE590"
OFFICIAL_INVOICE = Invoice(OFFICIAL_NIP, date(2026, 2, 1), decode(OFFICIAL_HASH))


@dataclass(frozen=True)
class Signer:
    """A private key and the certificate of it."""

    key: PrivateKey = field(repr=False)
    certificate: x509.Certificate

    def usable(self, private_key_sealed: str) -> OfflineCertificate:
        """The certificate with a seal, whatever is in it."""
        public_key = self.key.public_key()
        return OfflineCertificate(
            serial_number=f"{self.certificate.serial_number:016X}",
            public_key=public_key,
            public_key_sha256=public_key_sha256(public_key),
            private_key_sealed=private_key_sealed,
        )

    @property
    def certificate_pem(self) -> str:
        return pem_of(self.certificate).decode()

    @property
    def pkcs8(self) -> Secret:
        der = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return Secret(register_secret(der))

    @property
    def key_pem(self) -> str:
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return register_secret(pem.decode())


@cache
def signer(algorithm: str) -> Signer:
    """A signer of the official example's serial number, the same one for all tests."""
    key: PrivateKey = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if algorithm == "RSA"
        else ec.generate_private_key(ec.SECP256R1())
    )
    description = Description(
        key_usage=CONTENT_COMMITMENT, serial_number=int(OFFICIAL_SERIAL_NUMBER, 16)
    )
    return Signer(key, description.issue(key.public_key()))
