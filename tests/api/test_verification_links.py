"""Verification links by HTTP: the contract of design.md, each refusal in both languages."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.offline.codes import OfflineCode
from tests.credentials.certificates import ksef_issuer
from tests.installation import Installation, difference, new_nip
from tests.offline.invoices import invoice_xml
from tests.offline.profiles import OfflineProfiles, crafted
from tests.offline.refusal_words import WORDS, assert_words
from tests.offline.signers import OFFICIAL_HASH, OFFICIAL_INVOICE, OFFICIAL_NIP, signer
from tests.processes import RunningCommand, free_port
from tests.sessions.certificates import portal_certificate

LANGUAGES = ("pl", "en")
BY_HASH = {"invoiceSha256": OFFICIAL_HASH, "issueDate": "2026-02-01", "offline": True}
SELLER = "5265877635"
# What only another way than HTTP can say: a type of context, a file larger than a request.
NOT_BY_HTTP = {"offline-context-type-unknown", "invoice-file-too-large"}
_tested: set[str] = set()


def encoded(xml: str) -> str:
    return base64.b64encode(xml.encode()).decode()


@pytest.fixture(scope="module")
def profiles(artifacts: Path, simulator: RunningCommand) -> Iterator[OfflineProfiles]:
    installation = Installation.create(artifacts / "installation-offline", simulator)
    with installation.running():
        yield OfflineProfiles(installation)


@pytest.fixture(scope="module")
def certificate(profiles: OfflineProfiles, artifacts: Path) -> Any:
    """An Offline certificate of the simulator, inspected and sealed."""
    folder = artifacts / "offline-certificates"
    return portal_certificate(profiles.installation, folder, new_nip(), "Offline")


@pytest.fixture(scope="module")
def profile(profiles: OfflineProfiles, certificate: Any) -> str:
    return profiles.add(certificate["facts"]["identifierValue"], certificate)


def test_both_links_of_an_invoice_issued_offline(
    profiles: OfflineProfiles, profile: str, certificate: Any
) -> None:
    answer = profiles.links(profile, BY_HASH)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json) == {"kod1", "kod2"}
    nip = certificate["facts"]["identifierValue"]
    kod_1, kod_2 = answer.json["kod1"], answer.json["kod2"]
    assert set(kod_1) == set(kod_2) == {"url", "label", "svg"}
    host = "https://qr-test.ksef.mf.gov.pl"
    assert kod_1["url"] == f"{host}/invoice/{nip}/01-02-2026/{OFFICIAL_HASH}"
    unsigned, _, signature = kod_2["url"].rpartition("/")
    serial_number = certificate["facts"]["serialNumber"]
    assert unsigned == f"{host}/certificate/Nip/{nip}/{nip}/{serial_number}/{OFFICIAL_HASH}"
    assert len(signature) == 86
    assert (kod_1["label"], kod_2["label"]) == ("OFFLINE", "CERTYFIKAT")
    for code in (kod_1, kod_2):
        assert code["svg"].startswith("<svg ")
        assert f">{code['label']}</text>" in code["svg"]


def test_an_invoice_issued_online_has_kod_1_only_and_needs_no_certificate(
    profiles: OfflineProfiles,
) -> None:
    online = profiles.add(SELLER)
    number = "5265877635-20250826-0100001AF629-AF"
    answer = profiles.links(online, {**BY_HASH, "offline": False, "ksefNumber": number}).json
    assert set(answer) == {"kod1"}
    assert answer["kod1"]["label"] == number
    assert f">{number}</text>" in answer["kod1"]["svg"]


def test_the_ksef_number_of_an_offline_invoice_stands_below_kod_1_only(
    profiles: OfflineProfiles, certificate: Any
) -> None:
    company = profiles.add(SELLER, certificate, internal_id=f"{SELLER}-00000")
    number = "5265877635-20250826-0100001AF629-AF"
    body = {**BY_HASH, "sellerNip": SELLER, "ksefNumber": number}
    answer = profiles.links(company, body).json
    assert (answer["kod1"]["label"], answer["kod2"]["label"]) == (number, "CERTYFIKAT")


def test_a_certificate_that_no_profile_uses_yet_proves_that_it_signs(
    profiles: OfflineProfiles, certificate: Any
) -> None:
    company = profiles.add(new_nip(), certificate, offline_certificate_id=None)
    unused = f"c-{company}"
    assert profiles.links(company, BY_HASH).json["code"] == OfflineCode.CERTIFICATE_NOT_SET
    answer = profiles.links(company, {**BY_HASH, "offlineCertificateId": unused})
    assert f"/{certificate['facts']['serialNumber']}/" in answer.json["kod2"]["url"]
    refused = profiles.links(company, {**BY_HASH, "offlineCertificateId": "0unknown"})
    assert (refused.status, refused.json["code"]) == (409, "certificate-not-found")


def test_date_and_seller_come_from_the_file_whose_bytes_are_hashed(
    profiles: OfflineProfiles, profile: str
) -> None:
    xml = invoice_xml()
    answer = profiles.links(profile, {"invoiceXml": encoded(xml), "offline": True}).json
    digest = hashlib.sha256(xml.encode()).digest()
    text = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert answer["kod1"]["url"].endswith(f"/invoice/{SELLER}/01-02-2026/{text}")
    assert f"/{SELLER}/" in answer["kod2"]["url"]
    assert answer["kod2"]["url"].split("/")[-2] == text


@pytest.mark.parametrize(
    "text", [OFFICIAL_HASH, f"{OFFICIAL_HASH}=", OFFICIAL_INVOICE.sha256.hex()]
)
def test_the_hash_is_taken_in_three_spellings(
    profiles: OfflineProfiles, profile: str, text: str
) -> None:
    answer = profiles.links(profile, {**BY_HASH, "invoiceSha256": text, "offline": False})
    assert answer.json["kod1"]["url"].endswith(f"/{OFFICIAL_HASH}")


def test_a_unit_signs_in_its_own_context(profiles: OfflineProfiles, certificate: Any) -> None:
    unit = profiles.add(SELLER, certificate, internal_id=f"{SELLER}-12346")
    answer = profiles.links(unit, {**BY_HASH, "sellerNip": OFFICIAL_NIP}).json
    assert f"/certificate/InternalId/{SELLER}-12346/{OFFICIAL_NIP}/" in answer["kod2"]["url"]
    assert set(answer) == {"kod1", "kod2"}


def test_an_odd_internal_identifier_is_told_beside_the_links(
    profiles: OfflineProfiles, certificate: Any
) -> None:
    unit = profiles.add(SELLER, certificate, internal_id=f"{SELLER}-12340")
    answer = profiles.links(unit, {**BY_HASH, "sellerNip": OFFICIAL_NIP}).json
    assert f"/certificate/InternalId/{SELLER}-12340/{OFFICIAL_NIP}/" in answer["kod2"]["url"]
    [odd] = answer["findings"]
    assert (odd["code"], odd["severity"]) == ("internal-id-check-digit", "warning")
    assert odd["params"] == {"found": f"{SELLER}-12340", "expected": f"{SELLER}-12346"}


def test_png_comes_when_asked_for(profiles: OfflineProfiles, profile: str) -> None:
    answer = profiles.links(profile, {**BY_HASH, "png": True}).json
    for code in answer.values():
        assert base64.b64decode(code["png"]).startswith(b"\x89PNG\r\n")


@pytest.mark.parametrize(
    ("environment", "issuer", "host"),
    [
        ("Demo", "TEST CCK KSeF", "qr-demo.ksef.mf.gov.pl"),
        ("Production", "CCK KSeF", "qr.ksef.mf.gov.pl"),
    ],
)
def test_ksef_may_be_away(
    profiles: OfflineProfiles, environment: str, issuer: str, host: str
) -> None:
    """Nobody listens at the addresses that the installation has for these environments."""
    owner = crafted(ec.generate_private_key(ec.SECP256R1()), issuer=ksef_issuer(issuer))
    away = profiles.add(SELLER, profiles.stored(owner), environment=environment)
    answer = profiles.links(away, BY_HASH)
    assert answer.status == 200
    for code in answer.json.values():
        assert code["url"].startswith(f"https://{host}/")


def test_ksef_is_not_called(profiles: OfflineProfiles, profile: str) -> None:
    before = profiles.installation.ksef_calls()
    assert profiles.links(profile, BY_HASH).status == 200
    assert difference(before, profiles.installation.ksef_calls()) == {}


@pytest.mark.parametrize("key_algorithm", ["EC P-256", "RSA 2048"])
@pytest.mark.parametrize("unit", ["", "-12345"])
def test_the_simulators_pages_accept_both_links(
    profiles: OfflineProfiles, artifacts: Path, key_algorithm: str, unit: str
) -> None:
    nip = new_nip()
    inspected = portal_certificate(
        profiles.installation, artifacts / "offline-accepted", nip, "Offline", key_algorithm
    )
    company = profiles.add(nip, inspected, internal_id=f"{nip}{unit}" if unit else "")
    links = profiles.links(company, {**BY_HASH, "sellerNip": nip}).json
    for code in (links["kod1"], links["kod2"]):
        path = urlsplit(code["url"]).path
        headers = {"Accept": "application/json"}
        page = profiles.installation.simulator.call("GET", path, headers=headers).json
        assert page["valid"], page
        assert page["invoiceHash"] == OFFICIAL_INVOICE.sha256.hex()


REQUESTS: dict[str, dict[str, Any]] = {
    "invoice-missing": {"invoiceSha256": None},
    "invoice-given-twice": {"invoiceXml": encoded(invoice_xml())},
    "invoice-hash-malformed": {"invoiceSha256": OFFICIAL_HASH[:-1]},
    "issue-date-missing": {"issueDate": ""},
    "issue-date-malformed": {"issueDate": "01-02-2026"},
    "issue-date-out-of-range": {"issueDate": "1999-02-01"},
    "seller-nip-malformed": {"sellerNip": "PL5265877635"},
    "seller-nip-check-digit": {"sellerNip": "5265877636"},
    "ksef-number-malformed": {"ksefNumber": "5265877635"},
    "ksef-number-check-byte": {"ksefNumber": "5265877635-20260826-0100001AF629-AE"},
    "ksef-number-of-another-seller": {"ksefNumber": "5265877635-20250826-0100001AF629-AF"},
}
FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "issue-date-mismatch": (invoice_xml(), {"issueDate": "2026-02-02"}),
    "seller-nip-mismatch": (invoice_xml(), {"sellerNip": OFFICIAL_NIP}),
    "invoice-file-not-utf8": ("\ufeff" + invoice_xml(), {}),
    "invoice-file-not-xml": ("%PDF-1.7", {}),
    "invoice-file-forbidden-content": (invoice_xml(prolog="<!DOCTYPE Faktura>"), {}),
    "invoice-file-discouraged-character": (invoice_xml(more="<P_2>1&#x86;</P_2>"), {}),
    "invoice-file-schema-unknown": (invoice_xml(namespace="http://example.com/"), {}),
    "invoice-file-field-missing": (invoice_xml(issue_date=""), {}),
    "invoice-file-field-repeated": (invoice_xml(more="<Fa><P_1>2026-02-01</P_1></Fa>"), {}),
}


@pytest.mark.parametrize("code", REQUESTS)
def test_a_request_that_is_refused(profiles: OfflineProfiles, profile: str, code: str) -> None:
    refused(profiles, profile, 422, code, {**BY_HASH, **REQUESTS[code]})


@pytest.mark.parametrize("code", FILES)
def test_a_file_that_is_refused(profiles: OfflineProfiles, profile: str, code: str) -> None:
    xml, more = FILES[code]
    refused(profiles, profile, 422, code, {"invoiceXml": encoded(xml), "offline": True, **more})


def test_a_units_seller_has_no_default(profiles: OfflineProfiles, certificate: Any) -> None:
    unit = profiles.add(SELLER, certificate, internal_id=f"{SELLER}-54321")
    refused(profiles, unit, 422, "seller-nip-missing", BY_HASH)


ROWS: dict[str, dict[str, Any]] = {
    "profile-inactive": {"status": "Inactive"},
    "profile-incomplete": {"environment": None},
    "offline-context-malformed": {"internal_id": "5265877635-1"},
    "offline-certificate-not-set": {"offline_certificate_id": None},
    "offline-certificate-not-active": {"c_status": "Revoked"},
    "offline-certificate-wrong-type": {"c_type": "Authentication"},
    "offline-certificate-wrong-kind": {"c_kind": "SelfSigned"},
    "offline-certificate-unreadable": {"c_certificate_pem": "-----BEGIN CERTIFICATE-----"},
    "offline-certificate-of-another-environment": {"environment": "Production"},
    "offline-private-key-not-set": {"c_private_key_sealed": None},
}


@pytest.mark.parametrize("code", ROWS)
def test_a_row_that_is_refused(profiles: OfflineProfiles, certificate: Any, code: str) -> None:
    unfit = profiles.add(new_nip(), certificate, **ROWS[code])
    refused(profiles, unfit, 409, code, {**BY_HASH, "sellerNip": SELLER})


def test_a_deleted_certificate_is_none(profiles: OfflineProfiles, certificate: Any) -> None:
    deleted = profiles.add(new_nip(), certificate, c_deleted=True)
    refused(profiles, deleted, 409, "offline-certificate-not-set", BY_HASH)


PAST = {
    "valid_from": datetime(2024, 3, 1, tzinfo=UTC),
    "valid_to": datetime(2026, 3, 1, tzinfo=UTC),
}
FUTURE = {
    "valid_from": datetime(2126, 3, 6, tzinfo=UTC),
    "valid_to": datetime(2128, 3, 6, tzinfo=UTC),
}
CRAFTED: dict[str, dict[str, Any]] = {
    "offline-certificate-expired": PAST,
    "offline-certificate-not-yet-valid": FUTURE,
    "offline-certificate-serial-number": {"serial_number": 0x1_01F4_2D54_DA3E_29C5},
    "offline-certificate-of-another-environment": {"issuer": ksef_issuer("CCK KSeF")},
}


@pytest.mark.parametrize("code", CRAFTED)
def test_a_certificate_that_is_refused(profiles: OfflineProfiles, code: str) -> None:
    owner = crafted(ec.generate_private_key(ec.SECP256R1()), **CRAFTED[code])
    unfit = profiles.add(new_nip(), profiles.stored(owner))
    refused(profiles, unfit, 409, code, BY_HASH)


def test_a_certificate_of_production_is_refused_on_demo(profiles: OfflineProfiles) -> None:
    owner = crafted(ec.generate_private_key(ec.SECP256R1()), issuer=ksef_issuer("CCK KSeF"))
    unfit = profiles.add(new_nip(), profiles.stored(owner), environment="Demo")
    refused(profiles, unfit, 409, "offline-certificate-of-another-environment", BY_HASH)


def test_a_certificate_that_ksef_has_just_stamped_with_the_time_of_warsaw_signs(
    profiles: OfflineProfiles,
) -> None:
    begins = datetime.now(UTC) + timedelta(hours=2)
    owner = crafted(ec.generate_private_key(ec.SECP256R1()), valid_from=begins)
    new = profiles.add(new_nip(), profiles.stored(owner))
    assert profiles.links(new, BY_HASH).status == 200


def test_what_the_certificate_says_counts_beside_what_the_row_says(
    profiles: OfflineProfiles, artifacts: Path
) -> None:
    folder = artifacts / "offline-authentication"
    other = portal_certificate(profiles.installation, folder, new_nip(), "Authentication")
    unfit = profiles.add(new_nip(), other, c_type="Offline")
    refused(profiles, unfit, 409, "offline-certificate-wrong-type", BY_HASH)


def test_a_key_of_another_curve_is_refused(profiles: OfflineProfiles) -> None:
    owner = crafted(ec.generate_private_key(ec.SECP384R1()))
    unfit = profiles.add(new_nip(), profiles.stored(owner))
    refused(profiles, unfit, 409, "offline-certificate-key-unsuited", BY_HASH)


def test_a_signature_that_the_certificate_does_not_confirm_is_kept_back(
    profiles: OfflineProfiles,
) -> None:
    owner = crafted(ec.generate_private_key(ec.SECP256R1()))
    unfit = profiles.add(new_nip(), profiles.stored(owner, signer("EC").pkcs8))
    refused(profiles, unfit, 409, "offline-private-key-mismatch", BY_HASH)
    assert uses_of(profiles, unfit)[-1]["code"] == "offline-private-key-mismatch"


def test_a_seal_of_another_certificate_does_not_open(
    profiles: OfflineProfiles, certificate: Any
) -> None:
    moved = profiles.stored(signer("EC"))["privateKeySealed"]
    unfit = profiles.add(new_nip(), certificate, c_private_key_sealed=moved)
    refused(profiles, unfit, 409, "seal-unusable", BY_HASH)
    assert uses_of(profiles, unfit)[-1]["code"] == "seal-binding-mismatch"


def refused(
    profiles: OfflineProfiles, profile: str, status: int, code: str, body: dict[str, Any]
) -> None:
    """It is refused in both languages, in words that say what to do."""
    _tested.add(code)
    for language in LANGUAGES:
        answer = profiles.links(profile, body, **{"Accept-Language": language})
        assert (answer.status, answer.json["code"]) == (status, code)
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.headers["content-language"] == language
        assert_words(answer.json["detail"], code, language)


def test_every_refusal_was_met() -> None:
    """Runs after those above; by itself it has nothing to say."""
    if len(_tested) < len(WORDS):
        pytest.skip("only a part of this file runs")
    assert set(OfflineCode) - NOT_BY_HTTP <= _tested


def test_each_use_of_the_key_is_logged_and_names_who_and_which(
    profiles: OfflineProfiles, certificate: Any
) -> None:
    used = profiles.add(new_nip(), certificate)
    profiles.links(used, {**BY_HASH, "offline": False})
    assert uses_of(profiles, used) == []
    answer = profiles.links(used, BY_HASH, **{"X-Request-Id": "invoice-17"})
    (event,) = uses_of(profiles, used)
    assert event["outcome"] == "signed"
    assert event["code"] is None
    assert event["environment"] == "Test"
    assert event["certificate"] == certificate["facts"]["serialNumber"]
    assert event["request_id"] == "invoice-17"
    assert event["api_key"]
    assert event["caller"]
    signature = answer.json["kod2"]["url"].rpartition("/")[2]
    assert signature not in json.dumps(event)


def uses_of(profiles: OfflineProfiles, profile: str) -> list[dict[str, Any]]:
    bridge = profiles.installation.bridge
    assert bridge is not None
    lines = [line for line in bridge.log.read_text("utf-8").splitlines() if line.startswith("{")]
    events = [json.loads(line) for line in lines if "offline-key-used" in line]
    return [event for event in events if event["profile"] == profile]


def test_who_may_not_use_credentials_may_not_sign(profiles: OfflineProfiles, profile: str) -> None:
    bridge = profiles.installation.bridge
    assert bridge is not None
    path = f"/v1/profiles/{profile}/verification-links"
    assert bridge.call("POST", path, json_body=BY_HASH).status == 401
    key = profiles.installation.new_api_key("inspect", "administer")
    headers = {"Authorization": f"Bearer {key}"}
    assert bridge.call("POST", path, json_body=BY_HASH, headers=headers).status == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"invoiceSha256": OFFICIAL_HASH, "issueDate": "2026-02-01"},
        {**BY_HASH, "offline": "yes"},
        {**BY_HASH, "png": 1},
        {**BY_HASH, "issueDate": 20260201},
        {**BY_HASH, "invoiceXml": "%%%"},
        {**BY_HASH, "context": "nip"},
    ],
)
def test_a_body_that_does_not_fit_the_contract(
    profiles: OfflineProfiles, profile: str, body: dict[str, Any]
) -> None:
    answer = profiles.links(profile, body)
    assert (answer.status, answer.json["code"]) == (422, "request-invalid")


def test_an_unknown_profile_is_not_found(profiles: OfflineProfiles) -> None:
    answer = profiles.links("nobody", BY_HASH)
    assert (answer.status, answer.json["code"]) == (404, "profile-not-found")


def test_the_call_is_described(profiles: OfflineProfiles) -> None:
    description = profiles.installation.call("GET", "/openapi.json").json
    operation = description["paths"]["/v1/profiles/{profile_id}/verification-links"]["post"]
    assert operation["security"]
    request = description["components"]["schemas"]["VerificationLinksRequest"]
    assert request["required"] == ["offline"]
    assert set(request["properties"]) == {
        *("invoiceSha256", "invoiceXml", "issueDate", "sellerNip"),
        *("ksefNumber", "offline", "offlineCertificateId", "png"),
    }


def test_espocrms_database_out_of_reach_is_503(artifacts: Path, simulator: RunningCommand) -> None:
    installation = Installation.create(artifacts / "installation-offline-away", simulator)
    url = f"mysql+pymysql://reader@127.0.0.1:{free_port()}/espocrm"
    with installation.running(KSEF_BRIDGE_ESPOCRM_DATABASE_URL=url):
        answer = OfflineProfiles(installation).links("p1", BY_HASH)
    assert (answer.status, answer.json["code"]) == (503, "espocrm-database-unreachable")
    assert int(answer.headers["retry-after"]) > 0
