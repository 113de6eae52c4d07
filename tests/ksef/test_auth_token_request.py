"""Login documents against KSeF's own schemas."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.ksef.auth_token_request import AuthTokenRequest, SchemaVersion, SubjectIdentifierType
from bridge.ksef.xades import sign_enveloped
from tests.ksef.certificates import NOW, certificate, rsa_key

CHALLENGE = "20261123-CR-226FB7B000-3ACF9BE4C0-10"
NIP = ContextIdentifier(ContextType.NIP, "5265877635")
CONTEXTS = [
    NIP,
    ContextIdentifier(ContextType.INTERNAL_ID, "5265877635-12346"),
    ContextIdentifier(ContextType.NIP_VAT_UE, "5265877635-DE123456789"),
    ContextIdentifier(ContextType.PEPPOL_ID, "PPL123456"),
]


@cache
def schema(folder: Path, version: SchemaVersion) -> etree.XMLSchema:
    """KSeF's schema, its patterns put as XML Schema reads them (pitfalls C.7).

    There `^` and `$` are letters and `\\b` does not exist; libxml2 takes both by the letter.
    """
    root = etree.fromstring((folder / "ksef" / f"auth-token-request-{version}.xsd").read_bytes())
    for pattern in root.iter("{http://www.w3.org/2001/XMLSchema}pattern"):
        value = pattern.get("value", "")
        pattern.set("value", value.removeprefix("^").replace("$", "").replace("\\b", ""))
    return etree.XMLSchema(root)


def sent(request: AuthTokenRequest) -> etree._Element:
    """The document as whoever receives it reads it."""
    return etree.fromstring(etree.tostring(request.to_element()))


@pytest.mark.parametrize("version", SchemaVersion)
@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.type)
@pytest.mark.parametrize("subject_type", SubjectIdentifierType)
@pytest.mark.parametrize("addresses", [(), ("192.0.2.1", "198.51.100.7")])
def test_documents_fit_the_schema(
    shared: Path,
    version: SchemaVersion,
    context: ContextIdentifier,
    subject_type: SubjectIdentifierType,
    addresses: tuple[str, ...],
) -> None:
    request = AuthTokenRequest(CHALLENGE, context, subject_type, addresses, version)
    schema(shared, version).assertValid(sent(request))


@pytest.mark.parametrize("version", SchemaVersion)
def test_a_signed_document_fits_once_its_signature_is_taken_off(
    shared: Path, version: SchemaVersion
) -> None:
    key = rsa_key()
    request = AuthTokenRequest(CHALLENGE, NIP, version=version)
    root = etree.fromstring(sign_enveloped(request.to_element(), certificate(key), key, NOW))
    signature = root.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    assert signature is not None
    root.remove(signature)
    schema(shared, version).assertValid(root)


def test_the_schema_check_can_fail(shared: Path) -> None:
    wrong = ContextIdentifier(ContextType.NIP, "526587763")
    document = sent(AuthTokenRequest(CHALLENGE, wrong))
    assert not schema(shared, SchemaVersion.V2_1).validate(document)


def test_values_are_escaped() -> None:
    context = ContextIdentifier(ContextType.NIP, '<a b="c">&amp;</a>')
    document = etree.tostring(AuthTokenRequest(CHALLENGE, context).to_element())
    root = etree.fromstring(document)
    assert root.findtext("{*}ContextIdentifier/{*}Nip") == context.value
    assert b"<a " not in document
