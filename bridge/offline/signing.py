"""KOD II signed: the seal is opened, the link signed and its signature verified."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from bridge.credentials.environment import Environment
from bridge.credentials.private_key import PrivateKey
from bridge.offline.codes import OfflineCode
from bridge.offline.errors import ProfileUnfit
from bridge.offline.links import certificate_link, signed_text
from bridge.offline.offline_certificate import OfflineCertificate
from bridge.offline.signature import is_signature, sign
from bridge.seal_bindings import private_key_binding
from bridge.vault import Purpose, Vault

_KINDS = (EllipticCurvePrivateKey, RSAPrivateKey)


def signed_link(
    unsigned_link: str,
    environment: Environment,
    certificate: OfflineCertificate,
    vault: Vault,
) -> str:
    """The link with its signature, which the certificate has verified.

    Raises SealError, ProfileUnfit, and ValueError for a link of another host.
    """
    text = signed_text(environment, unsigned_link)
    signature = sign(text, _opened(certificate, vault))
    if not is_signature(signature, text, certificate.public_key):
        raise ProfileUnfit(OfflineCode.PRIVATE_KEY_MISMATCH)
    return certificate_link(unsigned_link, signature)


def _opened(certificate: OfflineCertificate, vault: Vault) -> PrivateKey:
    binding = private_key_binding(certificate.public_key_sha256)
    secret = vault.open(certificate.private_key_sealed, Purpose.PRIVATE_KEY, binding)
    # The key was checked before it was sealed; the library's own check takes 50 ms.
    key = load_der_private_key(secret.reveal(), None, unsafe_skip_rsa_key_validation=True)
    if isinstance(key, _KINDS) and key.key_size == certificate.public_key.key_size:
        return key
    raise ProfileUnfit(OfflineCode.PRIVATE_KEY_MISMATCH)
