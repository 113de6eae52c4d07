"""The request for a certificate (PKCS #10, RFC 2986), its subject exactly as KSeF tells it.

Put together by asn1crypto, because `cryptography` counts a name's octets where X.520 counts
characters: a company's name of 40 characters may take 70 octets in Polish.
Source: certyfikaty-KSeF.md, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from asn1crypto import core, csr, keys, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

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


class _Attribute(core.Sequence):  # type: ignore[misc]
    """AttributeTypeAndValue whose value may be any string, as X.520 has it for none."""

    _fields: ClassVar = [("type", core.ObjectIdentifier), ("value", core.Any)]


class _RelativeName(core.SetOf):  # type: ignore[misc]
    _child_spec = _Attribute


class _Name(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _RelativeName


def signing_request(subject: Mapping[str, str], key: PrivateKey) -> bytes:
    """The request in DER, signed by ECDSA (in DER) or RSA PKCS #1 v1.5, each with SHA-256.

    `subject` has the members of KSeF's `CertificateEnrollmentDataResponse`.
    """
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    name = _Name([[_attribute(*each)] for each in subject.items()])
    info = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": x509.Name.load(name.dump()),
            "subject_pk_info": keys.PublicKeyInfo.load(spki),
            "attributes": [],
        }
    )
    if isinstance(key, ec.EllipticCurvePrivateKey):
        algorithm = "sha256_ecdsa"
        signature = key.sign(info.dump(), ec.ECDSA(hashes.SHA256()))
    else:
        algorithm = "sha256_rsa"
        signature = key.sign(info.dump(), padding.PKCS1v15(), hashes.SHA256())
    request = {
        "certification_request_info": info,
        "signature_algorithm": {"algorithm": algorithm},
        "signature": signature,
    }
    return bytes(csr.CertificationRequest(request).dump())


def _attribute(name: str, value: str) -> _Attribute:
    # X.520 gives these two as PrintableString; whatever does not fit into that is UTF8String.
    is_printable = name in _PRINTABLE_BY_STANDARD and _PRINTABLE.fullmatch(value)
    text = core.PrintableString(value) if is_printable else core.UTF8String(value)
    return _Attribute({"type": _ATTRIBUTES[name], "value": text})
