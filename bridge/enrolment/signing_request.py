"""The request for a certificate (PKCS #10, RFC 2986), its subject exactly as KSeF tells it.

Put together here, because `cryptography` counts a name's octets where X.520 counts characters: a
company's name of 40 characters may take 70 octets in Polish.
Source: certyfikaty-KSeF.md, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.credentials import der_writing as der
from bridge.credentials.private_key import PrivateKey

_ATTRIBUTES = {
    "countryName": "2.5.4.6",
    "organizationIdentifier": "2.5.4.97",
    "organizationName": "2.5.4.10",
    "serialNumber": "2.5.4.5",
    "givenName": "2.5.4.42",
    "surname": "2.5.4.4",
    "uniqueIdentifier": "2.5.4.45",
    "commonName": "2.5.4.3",
}
_PRINTABLE_BY_STANDARD = frozenset({"countryName", "serialNumber"})
_PRINTABLE = re.compile(r"[A-Za-z0-9 '()+,\-./:=?]*")
_ECDSA_WITH_SHA256 = der.sequence(der.object_identifier("1.2.840.10045.4.3.2"))
_RSA_WITH_SHA256 = der.sequence(der.object_identifier("1.2.840.113549.1.1.11"), der.null())


def signing_request(subject: Mapping[str, str], key: PrivateKey) -> bytes:
    """The request in DER, signed by ECDSA (in DER) or RSA PKCS #1 v1.5, each with SHA-256.

    `subject` has the members of KSeF's `CertificateEnrollmentDataResponse`.
    """
    info = der.sequence(
        der.integer(0),
        der.sequence(*(_attribute(name, value) for name, value in subject.items())),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        der.context_0(),
    )
    if isinstance(key, ec.EllipticCurvePrivateKey):
        signature = key.sign(info, ec.ECDSA(hashes.SHA256()))
        return der.sequence(info, _ECDSA_WITH_SHA256, der.bit_string(signature))
    signature = key.sign(info, padding.PKCS1v15(), hashes.SHA256())
    return der.sequence(info, _RSA_WITH_SHA256, der.bit_string(signature))


def _attribute(name: str, value: str) -> bytes:
    # X.520 gives these two as PrintableString; whatever does not fit into that is UTF8String.
    is_printable = name in _PRINTABLE_BY_STANDARD and _PRINTABLE.fullmatch(value)
    text = der.printable_string(value) if is_printable else der.utf8_string(value)
    return der.set_of_one(der.sequence(der.object_identifier(_ATTRIBUTES[name]), text))
