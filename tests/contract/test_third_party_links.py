"""The package ksef-client beside the bridge: the same links of the same key, its own invoices."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from ksef_client import KsefClientOptions
from ksef_client.documents.fa3 import (
    Address,
    BasicInvoiceBuilder,
    Party,
)
from ksef_client.services.verification_link import VerificationLinkService

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.offline.base64url import decode, encode
from bridge.offline.invoice_file import read_invoice_file
from bridge.offline.links import certificate_link, invoice_link, signed_text
from bridge.offline.signature import is_signature, sign
from tests.offline.signers import (
    ALGORITHMS,
    OFFICIAL_INVOICE,
    OFFICIAL_NIP,
    OFFICIAL_SERIAL_NUMBER,
    signer,
)
from tests.offline.test_links import OFFICIAL_SIGNED_TEXT, unsigned
from tests.simulator.ksef import Ksef
from tests.simulator.test_verification_pages import RSA_KEY, Issuer

HASH = encode(OFFICIAL_INVOICE.sha256)
CONTEXTS = [
    ContextIdentifier(ContextType.NIP, "5265877635"),
    ContextIdentifier(ContextType.INTERNAL_ID, "5265877635-12345"),
    ContextIdentifier(ContextType.NIP_VAT_UE, "5265877635-DE123456789"),
    ContextIdentifier(ContextType.PEPPOL_ID, "PPL123456"),
]


@pytest.fixture(scope="module")
def third_party() -> VerificationLinkService:
    return VerificationLinkService(KsefClientOptions("https://api-test.ksef.mf.gov.pl"))


def test_it_builds_the_same_kod_1(third_party: VerificationLinkService) -> None:
    theirs = third_party.build_invoice_verification_url(OFFICIAL_NIP, date(2026, 2, 1), HASH)
    assert theirs == invoice_link(Environment.TEST, OFFICIAL_INVOICE)


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.type.value)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_it_signs_the_same_kod_2(
    third_party: VerificationLinkService, algorithm: str, context: ContextIdentifier
) -> None:
    owner = signer(algorithm)
    theirs = third_party.build_certificate_verification_url(
        seller_nip=OFFICIAL_NIP,
        context_identifier_type=context.type.value,
        context_identifier_value=context.value,
        certificate_serial=OFFICIAL_SERIAL_NUMBER,
        invoice_hash=HASH,
        private_key_pem=owner.key_pem,
    )
    link = unsigned(context)
    text = signed_text(Environment.TEST, link)
    ours = certificate_link(link, sign(text, owner.key))
    assert ours.rpartition("/")[0] == theirs.rpartition("/")[0]
    for complete in (ours, theirs):
        signature = decode(complete.rpartition("/")[2])
        assert is_signature(signature, text, owner.certificate.public_key())  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["p1363", "der"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_simulator_accepts_its_kod_2(
    third_party: VerificationLinkService, algorithm: str, form: str
) -> None:
    ksef = Ksef()
    issuer = Issuer(ksef, key=RSA_KEY) if algorithm == "RSA" else Issuer(ksef)
    theirs = third_party.build_certificate_verification_url(
        seller_nip=issuer.nip,
        context_identifier_type="Nip",
        context_identifier_value=issuer.nip,
        certificate_serial=issuer.serial_number,
        invoice_hash=HASH,
        private_key_pem=issuer.key_pem,
        signature_format=form,
    )
    assert ksef.page(theirs).get_json()["valid"]


def test_the_official_path_is_what_it_signs(third_party: VerificationLinkService) -> None:
    theirs = third_party.build_certificate_verification_url(
        seller_nip=OFFICIAL_NIP,
        context_identifier_type="Nip",
        context_identifier_value=OFFICIAL_NIP,
        certificate_serial=OFFICIAL_SERIAL_NUMBER,
        invoice_hash=HASH,
        private_key_pem=signer("EC").key_pem,
    )
    assert theirs.startswith(f"https://{OFFICIAL_SIGNED_TEXT}/")


def test_date_and_seller_are_read_from_its_invoice() -> None:
    address = Address.polish("ul. Prosta 1", "00-001 Warszawa")
    seller = Party.polish_company(nip="5265877635", name="Żółw sp. z o.o.", address=address)
    buyer = Party.polish_company(nip="7980332920", name="Kupujący S.A.", address=address)
    builder = BasicInvoiceBuilder(invoice_number="FV/1/2026").issued_on(date(2026, 2, 1))
    builder.seller(seller).buyer(buyer)
    builder.add_line("Usługa", quantity=Decimal(1), unit_net_price=Decimal(100))
    content = builder.to_xml()
    invoice = read_invoice_file(content)
    assert (invoice.seller_nip, invoice.issue_date) == ("5265877635", date(2026, 2, 1))
    assert invoice.sha256 == hashlib.sha256(content).digest()
