"""Login documents as a person or company has them signed elsewhere, by programs not written here.

`certified` gets a certificate of a simulator's provider of trust services; xmlsec1, signxml and
Apache Santuario sign with it, in the document or around it; openssl adds timestamps. What is
returned is what a bridge takes by `PUT` and KSeF by `POST /auth/xades-signature`.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.xades.xades import XAdESSigner

from tests.simulator.login_certificates import Attributes, Credential, PrivateKey, new_ec_key
from tests.simulator.signed_requests import DS, EXCLUSIVE, MORE, XADES

XADES_1_4_1 = "http://uri.etsi.org/01903/v1.4.1#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

# Debian's libxml-security-java and what it needs; scripts/test unpacks it where there is a JDK.
JAVA_FOLDERS = (Path(__file__).parents[2] / ".santuario/usr/share/java", Path("/usr/share/java"))
JAVA_LIBRARIES = ("xmlsec.jar", "commons-codec.jar", "slf4j-api.jar")
SIGN_LOGIN = Path(__file__).parent / "santuario" / "SignLogin.java"

Form = Literal["enveloped", "enveloping", "enveloping as base64"]
Ask = Callable[[str, dict[str, Any]], Any]
Program = Callable[[bytes, "QualifiedCredential", Form], bytes]


@dataclass(frozen=True)
class QualifiedCredential(Credential):
    """A certificate of the provider, its key, and the certificates above it."""

    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        """What KSeF knows the certificate by when its subject names neither NIP nor PESEL."""
        return self.certificate.fingerprint(hashes.SHA256()).hex().upper()


def foreign_person() -> Attributes:
    """The subject of somebody whose certificate has neither NIP nor PESEL, but a passport."""
    return (
        (NameOID.COUNTRY_NAME, "DE"),
        (NameOID.GIVEN_NAME, "Erika"),
        (NameOID.SURNAME, "Mustermann"),
        (NameOID.SERIAL_NUMBER, "PASDE-C01X00T47"),
        (NameOID.COMMON_NAME, "Erika Mustermann"),
    )


def certified(ask: Ask, subject: Attributes, key: PrivateKey | None = None) -> QualifiedCredential:
    """A certificate of the simulator's provider; `ask` posts a body to a path and gives the
    answer's JSON."""
    own_key = key or new_ec_key()
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in subject])
    request = x509.CertificateSigningRequestBuilder().subject_name(name)
    der = request.sign(own_key, hashes.SHA256()).public_bytes(Encoding.DER)
    answer = ask("/_simulator/qualified-certificates", {"csr": base64.b64encode(der).decode()})
    certificate, *chain = (
        x509.load_der_x509_certificate(base64.b64decode(each))
        for each in (answer["certificate"], *answer["chain"])
    )
    return QualifiedCredential(certificate, own_key, tuple(chain))


@dataclass(frozen=True)
class Style:
    """How a program writes its signatures, which KSeF does not care about."""

    signature_prefix: str = "ds"
    properties_prefix: str = "xades"
    version: Literal["", "V2"] = ""
    canonicalization: str = EXCLUSIVE
    line_break: str = ""


def by_signxml(
    document: bytes,
    signer: QualifiedCredential,
    form: Form = "enveloped",
    *,
    method: SignatureMethod | None = None,
    digest: DigestAlgorithm = DigestAlgorithm.SHA256,
) -> bytes:
    """Signed by signxml, with the whole chain in `KeyInfo` and `SigningCertificateV2`."""
    assert form != "enveloping as base64"
    is_ec = isinstance(signer.key, ec.EllipticCurvePrivateKey)
    program = XAdESSigner(
        method=SignatureConstructionMethod[form],
        signature_algorithm=method
        or (SignatureMethod.ECDSA_SHA256 if is_ec else SignatureMethod.RSA_SHA256),
        digest_algorithm=digest,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    root = program.sign(
        etree.fromstring(document),
        key=signer.key,
        cert=[signer.certificate, *signer.chain],
        always_add_key_value=False,
    )
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def by_xmlsec1(
    document: bytes,
    signer: QualifiedCredential,
    form: Form = "enveloped",
    *,
    style: Style | None = None,
) -> bytes:
    """Signed by xmlsec1, with the whole chain in `KeyInfo`."""
    template = _template(document.decode(), signer, form, style or Style())
    with tempfile.TemporaryDirectory() as folder:
        key, unsigned, signed = (Path(folder, name) for name in ("key.pem", "in.xml", "out.xml"))
        key.write_text(signer.key_pem)
        pems = _written(folder, [signer.certificate, *signer.chain])
        unsigned.write_bytes(template.encode())
        subprocess.run(
            [
                *("xmlsec1", "--sign", "--output", str(signed)),
                *("--privkey-pem", ",".join(map(str, [key, *pems]))),
                *("--id-attr:Id", f"{XADES}:SignedProperties"),
                str(unsigned),
            ],
            check=True,
            capture_output=True,
        )
        return signed.read_bytes()


def santuario_is_here() -> bool:
    """Whether there are a JDK and the libraries that `by_santuario` needs."""
    return shutil.which("javac") is not None and len(_java_libraries()) == len(JAVA_LIBRARIES)


def by_santuario(document: bytes, signer: QualifiedCredential, form: Form = "enveloped") -> bytes:
    """Signed by Apache Santuario in Java, with the whole chain in `KeyInfo`."""
    with tempfile.TemporaryDirectory() as folder:
        key, unsigned, signed = (Path(folder, name) for name in ("key.pem", "in.xml", "out.xml"))
        key.write_text(signer.key_pem)
        unsigned.write_bytes(document)
        class_path = ":".join(map(str, _java_libraries()))
        certificates = _written(folder, [signer.certificate, *signer.chain])
        files = map(str, [key, *certificates])
        program = ["java", "-cp", class_path, str(SIGN_LOGIN), str(unsigned), str(signed), form]
        subprocess.run([*program, *files], check=True, capture_output=True)
        return signed.read_bytes()


def with_timestamps(signed: bytes, *, revocation_list: bytes = b"") -> bytes:
    """A signature with all that BASELINE-LTA has, stamped by openssl's own timestamping unit.

    Certificate and revocation values, and the archive timestamp over the signature's value alone.
    """
    signature = next(etree.fromstring(signed).iter(f"{{{DS}}}Signature"))
    value = etree.tostring(signature[1], method="c14n", exclusive=True, with_tail=False)
    token = base64.b64encode(_token_by_openssl(value)).decode()
    stamp = (
        f'<d:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        f'<e:EncapsulatedTimeStamp Id="{{}}">{token}</e:EncapsulatedTimeStamp>'
    )
    certificate = base64.b64encode(_timestamping_unit().der).decode()
    crl = base64.b64encode(revocation_list or b"CRL").decode()
    properties = (
        f'<e:UnsignedProperties xmlns:e="{XADES}" xmlns:d="{DS}"><e:UnsignedSignatureProperties>'
        f"<e:SignatureTimeStamp>{stamp.format('T-1')}</e:SignatureTimeStamp><e:CertificateValues>"
        f"<e:EncapsulatedX509Certificate>{certificate}</e:EncapsulatedX509Certificate>"
        "</e:CertificateValues><e:RevocationValues><e:CRLValues>"
        f"<e:EncapsulatedCRLValue>{crl}</e:EncapsulatedCRLValue></e:CRLValues></e:RevocationValues>"
        f'<a:ArchiveTimeStamp xmlns:a="{XADES_1_4_1}">{stamp.format("T-2")}</a:ArchiveTimeStamp>'
        "</e:UnsignedSignatureProperties></e:UnsignedProperties>"
    )
    # In the text, so that no octet of what is signed changes.
    end = re.search(rb"</([\w-]+:)?QualifyingProperties>", signed)
    assert end is not None
    return signed[: end.start()] + properties.encode() + signed[end.start() :]


def _template(document: str, signer: QualifiedCredential, form: Form, style: Style) -> str:
    """The document with a signature in or around it, whose values xmlsec1 is to fill in."""
    content = re.sub(r"^\ufeff?<\?xml.*?\?>\s*", "", document)
    d = f"{style.signature_prefix}:" if style.signature_prefix else ""
    e = f"{style.properties_prefix}:"
    declared = f'xmlns{":" + d[:-1] if d else ""}="{DS}" xmlns:{e[:-1]}="{XADES}"'
    c14n = f'<{d}Transform Algorithm="{style.canonicalization}"/>'
    method = f'<{d}DigestMethod Algorithm="{SHA256}"/>'
    uri, transforms, holder = "#Document", c14n, ""
    if form == "enveloped":
        uri, transforms = "", f'<{d}Transform Algorithm="{DS}enveloped-signature"/>{c14n}'
    elif form == "enveloping":
        holder = f'<{d}Object Id="Document">{content}</{d}Object>'
    else:
        transforms = f'<{d}Transform Algorithm="{DS}base64"/>'
        octets = base64.encodebytes(document.encode()).decode()
        holder = f'<{d}Object Encoding="{DS}base64" Id="Document">{octets}</{d}Object>'
    kind = "ecdsa" if isinstance(signer.key, ec.EllipticCurvePrivateKey) else "rsa"
    digest = base64.b64encode(hashlib.sha256(signer.der).digest()).decode()
    issuer_serial = (
        ""
        if style.version
        else f"<{e}IssuerSerial><{d}X509IssuerName>{signer.certificate.issuer.rfc4514_string()}"
        f"</{d}X509IssuerName><{d}X509SerialNumber>{signer.certificate.serial_number}"
        f"</{d}X509SerialNumber></{e}IssuerSerial>"
    )
    signature = (
        f'<{d}Signature {declared} Id="Signature"><{d}SignedInfo>'
        f'<{d}CanonicalizationMethod Algorithm="{style.canonicalization}"/>'
        f'<{d}SignatureMethod Algorithm="{MORE}{kind}-sha256"/>'
        f'<{d}Reference Id="R-1" URI="{uri}"><{d}Transforms>{transforms}</{d}Transforms>'
        f"{method}<{d}DigestValue/></{d}Reference>"
        f'<{d}Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#Properties">'
        f"<{d}Transforms>{c14n}</{d}Transforms>{method}<{d}DigestValue/></{d}Reference>"
        f"</{d}SignedInfo><{d}SignatureValue/><{d}KeyInfo><{d}X509Data/></{d}KeyInfo>{holder}"
        f'<{d}Object><{e}QualifyingProperties Target="#Signature">'
        f'<{e}SignedProperties Id="Properties"><{e}SignedSignatureProperties>'
        f"<{e}SigningTime>{datetime.now(UTC).isoformat()}</{e}SigningTime>"
        f"<{e}SigningCertificate{style.version}><{e}Cert><{e}CertDigest>{method}"
        f"<{d}DigestValue>{digest}</{d}DigestValue></{e}CertDigest>{issuer_serial}</{e}Cert>"
        f"</{e}SigningCertificate{style.version}></{e}SignedSignatureProperties>"
        f'<{e}SignedDataObjectProperties><{e}DataObjectFormat ObjectReference="#R-1">'
        f"<{e}MimeType>text/xml</{e}MimeType></{e}DataObjectFormat>"
        f"</{e}SignedDataObjectProperties></{e}SignedProperties></{e}QualifyingProperties>"
        f"</{d}Object></{d}Signature>"
    ).replace("><", f">{style.line_break}<")
    if form != "enveloped":
        return signature
    end = content.rindex("</")
    return content[:end] + signature + content[end:]


def _java_libraries() -> list[Path]:
    candidates = (folder / name for name in JAVA_LIBRARIES for folder in JAVA_FOLDERS)
    return list({path.name: path for path in candidates if path.exists()}.values())


def _timestamping_unit() -> Credential:
    key = new_ec_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST TSU")])
    now = datetime.now(UTC)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(purpose, critical=True)
    )
    return Credential(builder.sign(key, hashes.SHA256()), key)


def _token_by_openssl(octets: bytes) -> bytes:
    unit = _timestamping_unit()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (certificate,) = _written(folder, [unit.certificate])
        (path / "key.pem").write_text(unit.key_pem)
        (path / "data").write_bytes(octets)
        (path / "openssl.cnf").write_text(
            f"[tsa]\nserial = {path}/serial\ndefault_policy = 1.2.3\nsigner_digest = sha256\n"
            "digests = sha256\n"
        )
        query = ["-query", "-data", "data", "-sha256", "-cert", "-out", "query"]
        reply = [
            *("-reply", "-config", "openssl.cnf", "-section", "tsa", "-queryfile", "query"),
            *("-signer", certificate.name, "-inkey", "key.pem", "-token_out", "-out", "token"),
        ]
        for arguments in (query, reply):
            subprocess.run(["openssl", "ts", *arguments], cwd=path, check=True, capture_output=True)
        return (path / "token").read_bytes()


def _written(folder: str, certificates: Iterable[x509.Certificate]) -> list[Path]:
    """The certificates as files in PEM."""
    paths = []
    for place, certificate in enumerate(certificates):
        path = Path(folder, f"certificate-{place}.pem")
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
        paths.append(path)
    return paths
