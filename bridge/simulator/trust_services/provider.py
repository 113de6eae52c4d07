"""The provider: who has which certificate of it, and whose certificates are its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bridge.simulator.certificates.issued_certificate import PublicKey
from bridge.simulator.trust_services import qualified_certificate

_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Signatory:
    """A certificate with the key that the provider keeps for its owner, as signing in a cloud has
    it."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class TimestampingUnit:
    """What signs timestamps."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


class TrustServiceProvider:
    """Issues certificates and keeps keys for people, with keys of its own made for this run."""

    def __init__(self) -> None:
        self._root = qualified_certificate.new_root()
        self._authority = qualified_certificate.new_subordinate(self._root)
        self._signatories: dict[x509.Name, Signatory] = {}
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = qualified_certificate.timestamping_certificate(
            self._authority, key.public_key()
        )
        self.timestamping_unit = TimestampingUnit(certificate, key)

    @property
    def chain(self) -> tuple[x509.Certificate, x509.Certificate]:
        """The certificates above those that are issued; the root is the last."""
        return self._authority.certificate, self._root.certificate

    def issue(self, subject: x509.Name, public_key: PublicKey) -> x509.Certificate:
        """A certificate for a key of somebody's own; raises ValueError as its making does."""
        return qualified_certificate.qualified_certificate(self._authority, subject, public_key)

    def signatory(self, subject: x509.Name) -> Signatory:
        """Whoever has that name, always with the same certificate; made when first asked for."""
        if subject not in self._signatories:
            key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
            self._signatories[subject] = Signatory(self.issue(subject, key.public_key()), key)
        return self._signatories[subject]

    def is_named_by(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate says that it is issued here."""
        return certificate.issuer == self._authority.certificate.subject

    def has_issued(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate is signed by this provider's key."""
        try:
            certificate.verify_directly_issued_by(self._authority.certificate)
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True
