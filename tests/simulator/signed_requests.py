"""Signs login requests, rightly or wrongly in any part that a test wants wrong."""

from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from tests.simulator.login_certificates import Credential

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
NAMESPACE_2_0 = "http://ksef.mf.gov.pl/auth/token/2.0"
NAMESPACE_2_1 = "http://ksef.mf.gov.pl/auth/token/2.1"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_1_1 = "http://www.w3.org/2006/12/xml-c14n11"
ENVELOPED = f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
FILTER2 = "http://www.w3.org/2002/06/xmldsig-filter2"
ENVELOPED_BY_XPATH = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
    "<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>"
)
ENVELOPED_BY_FILTER2 = (
    f'<ds:Transform Algorithm="{FILTER2}"><f:XPath xmlns:f="{FILTER2}" Filter="subtract">'
    "/descendant::ds:Signature</f:XPath></ds:Transform>"
)

SignatureFunction = Callable[[Credential, bytes], bytes]


def request_xml(
    challenge: str,
    nip: str,
    *,
    namespace: str = NAMESPACE_2_1,
    context: str | None = None,
    identification: str = "certificateSubject",
    policy: str = "",
) -> str:
    """An unsigned request; `context` replaces the `Nip` element."""
    return (
        f'<AuthTokenRequest xmlns="{namespace}"><Challenge>{challenge}</Challenge>'
        f"<ContextIdentifier>{context or f'<Nip>{nip}</Nip>'}</ContextIdentifier>"
        f"<SubjectIdentifierType>{identification}</SubjectIdentifierType>{policy}"
        "</AuthTokenRequest>"
    )


def raw_ecdsa(credential: Credential, data: bytes) -> bytes:
    """ECDSA over SHA-256 as R‖S, 32 bytes each."""
    r, s = decode_dss_signature(der_ecdsa(credential, data))
    return r.to_bytes(32) + s.to_bytes(32)


def der_ecdsa(credential: Credential, data: bytes) -> bytes:
    """ECDSA over SHA-256 in ASN.1 DER, which XML Signature does not have."""
    assert isinstance(credential.key, ec.EllipticCurvePrivateKey)
    return credential.key.sign(data, ec.ECDSA(hashes.SHA256()))


def rsa_pkcs1(credential: Credential, data: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 over SHA-256."""
    assert not isinstance(credential.key, ec.EllipticCurvePrivateKey)
    return credential.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def rsa_pss(credential: Credential, data: bytes) -> bytes:
    """RSASSA-PSS over SHA-256 with a salt of 32 bytes."""
    assert not isinstance(credential.key, ec.EllipticCurvePrivateKey)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    return credential.key.sign(data, pss, hashes.SHA256())


@dataclass(frozen=True)
class Recipe:
    """How a signature is made; the defaults make a right one with an EC P-256 key."""

    signature_algorithm: str = f"{MORE}ecdsa-sha256"
    sign: SignatureFunction = raw_ecdsa
    canonicalization: str = EXCLUSIVE
    digest_algorithm: str = "http://www.w3.org/2001/04/xmlenc#sha256"
    digest: Callable[[bytes], bytes] = field(default=lambda data: hashlib.sha256(data).digest())
    document_transforms: str = ENVELOPED
    signing_certificate: str | None = "SigningCertificate"
    digest_of: Credential | None = None
    signing_time: datetime | None = None
    properties_type: str = "http://uri.etsi.org/01903#SignedProperties"
    key_info: bool = True


def enveloped(
    document: str, credential: Credential, recipe: Recipe | None = None
) -> etree._Element:
    """The request with its signature as last child."""
    chosen = recipe or Recipe()
    root = etree.fromstring(document)
    octets = canonical(root, chosen.canonicalization)
    signature = _template(credential, chosen, "", octets)
    root.append(signature)
    return _completed(root, signature, credential, chosen)


def enveloping(
    document: str, credential: Credential, recipe: Recipe | None = None
) -> etree._Element:
    """The signature with the request in a `ds:Object` of its own."""
    chosen = recipe or Recipe(document_transforms="")
    signature = _template(credential, chosen, "#Content", b"")
    content = etree.SubElement(signature, f"{{{DS}}}Object", Id="Content")
    content.append(etree.fromstring(document))
    value = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}Reference/{{{DS}}}DigestValue")
    assert value is not None
    value.text = _base64(chosen.digest(canonical(content, chosen.canonicalization)))
    return _completed(signature, signature, credential, chosen)


def written(root: etree._Element) -> bytes:
    """The document as it is sent."""
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def canonical(element: etree._Element, method: str) -> bytes:
    """The canonical octets of an element where it stands."""
    return etree.tostring(element, method="c14n", exclusive=method == EXCLUSIVE)


def _template(credential: Credential, recipe: Recipe, uri: str, document: bytes) -> etree._Element:
    der = credential.der
    named = recipe.digest_of or credential
    signing_time = recipe.signing_time or datetime.now(UTC)
    certificate = (
        f"<ds:X509Data><ds:X509Certificate>{_base64(der)}</ds:X509Certificate></ds:X509Data>"
        if recipe.key_info
        else "<ds:KeyName>key</ds:KeyName>"
    )
    method = f'<ds:DigestMethod Algorithm="{recipe.digest_algorithm}"/>'
    signed_certificate = (
        f"<xades:{recipe.signing_certificate}><xades:Cert><xades:CertDigest>{method}"
        f"<ds:DigestValue>{_base64(recipe.digest(named.der))}</ds:DigestValue></xades:CertDigest>"
        f"</xades:Cert></xades:{recipe.signing_certificate}>"
        if recipe.signing_certificate
        else ""
    )
    c14n = f'<ds:Transform Algorithm="{recipe.canonicalization}"/>'
    return etree.fromstring(
        f'<ds:Signature xmlns:ds="{DS}" Id="Signature"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{recipe.canonicalization}"/>'
        f'<ds:SignatureMethod Algorithm="{recipe.signature_algorithm}"/>'
        f'<ds:Reference URI="{uri}"><ds:Transforms>{recipe.document_transforms}{c14n}'
        f"</ds:Transforms>{method}"
        f"<ds:DigestValue>{_base64(recipe.digest(document))}</ds:DigestValue></ds:Reference>"
        f'<ds:Reference URI="#SignedProperties" Type="{recipe.properties_type}">'
        f"<ds:Transforms>{c14n}</ds:Transforms>{method}<ds:DigestValue/></ds:Reference>"
        "</ds:SignedInfo><ds:SignatureValue/>"
        f"<ds:KeyInfo>{certificate}</ds:KeyInfo>"
        f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#Signature">'
        '<xades:SignedProperties Id="SignedProperties"><xades:SignedSignatureProperties>'
        f"<xades:SigningTime>{signing_time.isoformat()}</xades:SigningTime>{signed_certificate}"
        "</xades:SignedSignatureProperties></xades:SignedProperties>"
        "</xades:QualifyingProperties></ds:Object></ds:Signature>"
    )


def _completed(
    root: etree._Element, signature: etree._Element, credential: Credential, recipe: Recipe
) -> etree._Element:
    """Fill in the digest of the properties, then the signature's value."""
    properties = next(signature.iter(f"{{{XADES}}}SignedProperties"))
    digests = signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference/{{{DS}}}DigestValue")
    digests[1].text = _base64(recipe.digest(canonical(properties, recipe.canonicalization)))
    sign_again(signature, credential, recipe)
    return root


def sign_again(signature: etree._Element, credential: Credential, recipe: Recipe) -> None:
    """Make the signature's value fit its `SignedInfo` as it is now."""
    signed_info = signature.find(f"{{{DS}}}SignedInfo")
    value = signature.find(f"{{{DS}}}SignatureValue")
    assert signed_info is not None
    assert value is not None
    octets = canonical(signed_info, recipe.canonicalization)
    value.text = _base64(recipe.sign(credential, octets))


def copied(root: etree._Element) -> etree._Element:
    """A copy that a test may take apart."""
    return copy.deepcopy(root)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
