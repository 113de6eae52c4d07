"""Signed login documents, as the simulator reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bridge.simulator.authentication import certificate_checks, signature_login
from bridge.simulator.errors import KsefRefusal
from bridge.simulator.xades import auth_token_request, verification, xml_documents
from bridge.simulator.xades.schemas import Schemas, schema_folder
from tests.fuzz.target import Prepared, Target
from tests.simulator.login_certificates import certificate_for, seal_of
from tests.simulator.signed_requests import (
    INCLUSIVE,
    NAMESPACE_2_0,
    Recipe,
    enveloped,
    enveloping,
    request_xml,
    written,
)

_NIP = "5265877635"
_CHALLENGE = "20261129-CR-2DFC46C000-3AC6D5877F-D4"
_POLICY = (
    "<AuthorizationPolicy><AllowedIps><Ip4Address>192.0.2.1</Ip4Address>"
    "<Ip4Mask>192.0.2.0/24</Ip4Mask></AllowedIps></AuthorizationPolicy>"
)


@contextmanager
def _prepare() -> Iterator[Prepared]:
    schemas = Schemas(schema_folder())

    def read(data: bytes) -> None:
        """As the view does, without what it remembers."""
        try:
            _judge(data)
        except KsefRefusal as refusal:
            refusal.problem_members()
        try:
            # What a signature would cover, without the signature.
            _judge_request(data)
        except KsefRefusal:
            return

    def _judge(data: bytes) -> None:
        signed = verification.verify(xml_documents.parse(data))
        wanted = auth_token_request.read(signed.octets)
        schemas.check(signed.octets)
        certificate_checks.check_form(signed.certificate)
        signature_login.subject_of(wanted, signed.certificate)

    def _judge_request(data: bytes) -> None:
        auth_token_request.read(data)
        schemas.check(data)

    yield Prepared(read, _seeds())


def _seeds() -> list[bytes]:
    owner = certificate_for(seal_of(_NIP))
    plain = request_xml(_CHALLENGE, _NIP)
    older = request_xml(_CHALLENGE, _NIP, namespace=NAMESPACE_2_0)
    of_unit = request_xml(
        _CHALLENGE, _NIP, context=f"<InternalId>{_NIP}-12346</InternalId>", policy=_POLICY
    )
    second_version = Recipe(signing_certificate="SigningCertificateV2", canonicalization=INCLUSIVE)
    documents = (
        enveloped(plain, owner),
        enveloping(plain, owner),
        enveloped(older, owner, second_version),
        enveloped(of_unit, owner),
    )
    return [*(written(each) for each in documents), of_unit.encode()]


TARGET = Target(
    "login-documents",
    _prepare,
    (
        *(b"<ds:Reference", b'URI=""', b'URI="#', b"Algorithm=", b"<ds:Transform ", b"<!DOCTYPE x"),
        *(b"http://www.w3.org/TR/1999/REC-xpath-19991116", b"<!--", b"<?x?>", b"&#x10FFFF;"),
        *(b"http://www.w3.org/2001/10/xml-exc-c14n#", b"<ds:Object>", b'Id="', b"<xades:Cert>"),
    ),
    16 * 1024,
)
