"""How one has logged in, as KSeF names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography import x509

from bridge.simulator.identity import names_organization


@dataclass(frozen=True, slots=True)
class AuthenticationMethod:
    """KSeF's `AuthenticationMethodInfo` with the deprecated `authenticationMethod` value."""

    name: str
    category: str
    code: str
    display_name: str

    def as_json(self) -> dict[str, Any]:
        """Both members that an answer about a login has."""
        return {
            "authenticationMethod": self.name,
            "authenticationMethodInfo": {
                "category": self.category,
                "code": self.code,
                "displayName": self.display_name,
            },
        }


KSEF_TOKEN = AuthenticationMethod("Token", "Token", "token.ksef", "Token KSeF")
KSEF_CERTIFICATE = AuthenticationMethod(
    "InternalCertificate", "XadesSignature", "xades.ksef-certificate", "Certyfikat KSeF"
)
QUALIFIED_SIGNATURE = AuthenticationMethod(
    "QualifiedSignature", "XadesSignature", "xades.qualified-signature", "Podpis kwalifikowany"
)
QUALIFIED_SEAL = AuthenticationMethod(
    "QualifiedSeal", "XadesSignature", "xades.qualified-seal", "Pieczęć kwalifikowana"
)


def method_of(certificate: x509.Certificate, *, issued_by_ksef: bool) -> AuthenticationMethod:
    """The method of a login by that certificate; a self-signed one plays a qualified one."""
    if issued_by_ksef:
        return KSEF_CERTIFICATE
    return QUALIFIED_SEAL if names_organization(certificate.subject) else QUALIFIED_SIGNATURE
