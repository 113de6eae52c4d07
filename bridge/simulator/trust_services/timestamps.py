"""Timestamps (RFC 3161), and XAdES signatures that carry one (EN 319 132-1, section 5.3)."""

from __future__ import annotations

import base64
import hashlib

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from bridge.simulator import clock
from bridge.simulator.trust_services.provider import TimestampingUnit
from bridge.simulator.xades.canonical_xml import DS, canonicalize
from bridge.simulator.xades.signature_structure import XADES

_CANONICALIZATION = "http://www.w3.org/2001/10/xml-exc-c14n#"
_POLICY = "0.4.0.2023.1.1"  # best-practices-ts-policy of EN 319 421


def add_signature_timestamp(signature: etree._Element, unit: TimestampingUnit) -> None:
    """Make a BASELINE-B signature one of BASELINE-T: its value is stamped."""
    qualifying = next(signature.iter(f"{{{XADES}}}QualifyingProperties"))
    value = next(signature.iterchildren(f"{{{DS}}}SignatureValue"))
    unsigned = etree.SubElement(qualifying, f"{{{XADES}}}UnsignedProperties")
    properties = etree.SubElement(unsigned, f"{{{XADES}}}UnsignedSignatureProperties")
    stamp = etree.SubElement(properties, f"{{{XADES}}}SignatureTimeStamp")
    method = etree.SubElement(stamp, f"{{{DS}}}CanonicalizationMethod", Algorithm=_CANONICALIZATION)
    token = timestamp_token(canonicalize(value, method), unit)
    encapsulated = etree.SubElement(stamp, f"{{{XADES}}}EncapsulatedTimeStamp")
    encapsulated.text = base64.b64encode(token).decode()


def timestamp_token(octets: bytes, unit: TimestampingUnit) -> bytes:
    """A TimeStampToken for the SHA-256 digest of `octets`, in DER."""
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": _POLICY,
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": hashlib.sha256(octets).digest(),
            },
            "serial_number": x509.random_serial_number(),
            "gen_time": clock.now().replace(microsecond=0),
        }
    ).dump()
    der = unit.certificate.public_bytes(Encoding.DER)
    certificate = asn1_x509.Certificate.load(der)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
            {
                "type": "signing_certificate_v2",
                "values": [{"certs": [{"cert_hash": hashlib.sha256(der).digest()}]}],
            },
        ]
    )
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
            ),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": unit.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {
                "content_type": "tst_info",
                "content": core.ParsableOctetString(info),
            },
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    token: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return token
