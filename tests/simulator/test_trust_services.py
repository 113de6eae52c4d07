"""What people sign elsewhere, with certificates as qualified ones are, the simulator takes."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from tests.simulator.ksef import Ksef, accepted, refusal
from tests.simulator.login_certificates import (
    Attributes,
    PrivateKey,
    certificate_for,
    new_ec_key,
    new_nip,
    person,
    seal_of,
)
from tests.simulator.signed_requests import DS, INCLUSIVE, XADES, enveloped, request_xml, written
from tests.simulator.signing_programs import (
    Ask,
    Form,
    Program,
    QualifiedCredential,
    Style,
    by_santuario,
    by_signxml,
    by_xmlsec1,
    certified,
    foreign_person,
    santuario_is_here,
    with_timestamps,
)

CHAIN = {"verifyCertificateChain": "true"}
FORMS: tuple[Form, ...] = ("enveloped", "enveloping", "enveloping as base64")
PESEL = "44051401458"
SEAL = {"countryName": "PL", "organizationIdentifier": "VATPL-5265877635", "commonName": "Firma"}


@pytest.fixture(scope="module")
def ask(ksef: Ksef) -> Ask:
    def ask(path: str, body: dict[str, Any]) -> Any:
        answer = ksef.call("POST", path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    return ask


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(params=["RSA", "EC"])
def company(
    ask: Ask, nip: str, rsa_key: rsa.RSAPrivateKey, request: pytest.FixtureRequest
) -> QualifiedCredential:
    key: PrivateKey = rsa_key if request.param == "RSA" else new_ec_key()
    return certified(ask, seal_of(nip), key)


def document(ksef: Ksef, nip: str, **options: str) -> bytes:
    declaration = '<?xml version="1.0" encoding="utf-8"?>\n'
    return (declaration + request_xml(ksef.challenge()["challenge"], nip, **options)).encode()


def outcome(ksef: Ksef, signed: bytes) -> tuple[int, list[str]]:
    return ksef.outcome(ksef.send_signed(signed, query_string=CHAIN))


def login(
    ksef: Ksef, credential: QualifiedCredential, nip: str, **options: str
) -> tuple[int, list[str]]:
    return outcome(ksef, by_xmlsec1(document(ksef, nip, **options), credential))


def grant(ksef: Ksef, nip: str, kind: str, value: str) -> None:
    ksef.test_data(
        "permissions",
        contextIdentifier={"type": "Nip", "value": nip},
        authorizedIdentifier={"type": kind, "value": value},
        permissions=[{"permissionType": "InvoiceRead", "description": "Odczyt faktur"}],
    )


@pytest.mark.parametrize("stamped", [False, True], ids=["BASELINE-B", "BASELINE-LTA"])
@pytest.mark.parametrize(
    ("sign", "form"),
    [
        *((by_xmlsec1, form) for form in FORMS),
        (by_signxml, "enveloped"),
        (by_signxml, "enveloping"),
    ],
)
def test_documents_of_other_programs_are_taken(
    ksef: Ksef, nip: str, company: QualifiedCredential, sign: Program, form: Form, stamped: bool
) -> None:
    signed = sign(document(ksef, nip), company, form)
    assert outcome(ksef, with_timestamps(signed) if stamped else signed) == (200, [])


@pytest.mark.skipif(not santuario_is_here(), reason="no JDK with Debian's libxml-security-java")
@pytest.mark.parametrize("form", FORMS)
def test_documents_of_a_java_program_are_taken(ksef: Ksef, ask: Ask, nip: str, form: Form) -> None:
    signed = with_timestamps(by_santuario(document(ksef, nip), certified(ask, seal_of(nip)), form))
    assert outcome(ksef, signed) == (200, [])


@pytest.mark.parametrize(
    "style",
    [
        Style(signature_prefix="", properties_prefix="etsi"),
        Style(signature_prefix="dsig", properties_prefix="xades132", version="V2"),
        Style(canonicalization=INCLUSIVE, line_break="\n  "),
        Style(signature_prefix="", canonicalization=INCLUSIVE, version="V2", line_break="\r\n\t"),
    ],
    ids=["default namespace", "other prefixes", "indented", "Windows"],
)
@pytest.mark.parametrize("form", FORMS)
def test_how_a_program_writes_does_not_matter(
    ksef: Ksef, ask: Ask, nip: str, style: Style, form: Form
) -> None:
    credential = certified(ask, seal_of(nip))
    signed = by_xmlsec1(document(ksef, nip), credential, form, style=style)
    assert outcome(ksef, signed) == (200, [])


@pytest.mark.parametrize(
    ("method", "digest"),
    [
        (SignatureMethod.SHA256_RSA_MGF1, DigestAlgorithm.SHA256),
        (SignatureMethod.SHA3_512_RSA_MGF1, DigestAlgorithm.SHA3_256),
        (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA3_512),
    ],
)
def test_pss_and_sha3_are_taken(
    ksef: Ksef,
    ask: Ask,
    nip: str,
    rsa_key: rsa.RSAPrivateKey,
    method: SignatureMethod,
    digest: DigestAlgorithm,
) -> None:
    credential = certified(ask, seal_of(nip), rsa_key)
    signed = by_signxml(document(ksef, nip), credential, method=method, digest=digest)
    assert outcome(ksef, signed) == (200, [])


def test_instructions_around_the_document_are_part_of_it(ksef: Ksef, ask: Ask, nip: str) -> None:
    told = document(ksef, nip).replace(b"?>\n", b"?>\n<?style a?><!-- a -->\n", 1) + b"<?end?>"
    signed = by_xmlsec1(told, certified(ask, seal_of(nip)))
    assert outcome(ksef, signed.replace(b"<!-- a -->", b"")) == (200, [])
    changed = ksef.send_signed(signed.replace(b"<?style a?>", b"<?style b?>"))
    assert refusal(changed)[0] == 9105


def test_a_long_revocation_list_may_come_along(ksef: Ksef, ask: Ask, nip: str) -> None:
    signed = by_xmlsec1(document(ksef, nip), certified(ask, seal_of(nip)))
    assert outcome(ksef, with_timestamps(signed, revocation_list=bytes(500_000))) == (200, [])


def test_two_signatories_are_too_many(ksef: Ksef, ask: Ask, nip: str) -> None:
    first, second = certified(ask, seal_of(nip)), certified(ask, person(f"TINPL-{nip}"))
    twice = by_signxml(by_signxml(document(ksef, nip), first), second)
    assert refusal(ksef.send_signed(twice)) == (9103, [])


@pytest.mark.parametrize("form", ["enveloping", "enveloping as base64"])
def test_a_second_document_beside_the_signed_one_is_refused(
    ksef: Ksef, ask: Ask, nip: str, form: Form
) -> None:
    victim = new_nip()
    root = etree.fromstring(by_xmlsec1(document(ksef, nip), certified(ask, seal_of(nip)), form))
    other = etree.Element(f"{{{DS}}}Object")
    other.append(etree.fromstring(document(ksef, victim)))
    root.insert(3, other)
    assert refusal(ksef.send_signed(written(root))) == (9101, [])


def test_a_signature_of_a_file_elsewhere_is_detached(ksef: Ksef, ask: Ask, nip: str) -> None:
    root = etree.fromstring(by_xmlsec1(document(ksef, nip), certified(ask, seal_of(nip))))
    signature = next(root.iter(f"{{{DS}}}Signature"))
    next(signature.iter(f"{{{DS}}}Reference")).set("URI", "login.xml")
    assert refusal(ksef.send_signed(etree.tostring(signature, with_tail=False))) == (
        9105,
        ["Podpis w formacie zewnętrznym (detached) nie jest akceptowany."],
    )


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n%\xc3\xa4\n", b"0\x82\x01\x00\x06\t*\x86H", b"PK\x03\x04"]
)
def test_another_container_is_unreadable(ksef: Ksef, content: bytes) -> None:
    assert refusal(ksef.send_signed(content))[0] in {21001, 21217}


@pytest.mark.parametrize("subject", [seal_of, lambda nip: person(f"TINPL-{nip}")])
def test_who_has_the_companys_nip_owns_it(
    ksef: Ksef, ask: Ask, nip: str, subject: Callable[[str], Attributes]
) -> None:
    credential = certified(ask, subject(nip))
    assert login(ksef, credential, nip) == (200, [])
    assert login(ksef, credential, new_nip())[0] == 415


def test_a_person_with_pesel_needs_a_right(ksef: Ksef, ask: Ask, nip: str) -> None:
    credential = certified(ask, person(f"PNOPL-{PESEL}"))
    assert login(ksef, credential, nip) == (415, ["Brak przypisanych uprawnień"])
    grant(ksef, nip, "Pesel", PESEL)
    assert login(ksef, credential, nip) == (200, [])


def test_a_person_with_pesel_owns_her_business(ksef: Ksef, ask: Ask, nip: str) -> None:
    credential = certified(ask, person(f"PNOPL-{PESEL}"))
    ksef.test_data("person", nip=nip, pesel=PESEL, isBailiff=False, description="Jan Kowalski")
    assert login(ksef, credential, nip) == (200, [])


def test_a_person_from_abroad_enters_by_the_certificates_fingerprint(
    ksef: Ksef, ask: Ask, nip: str
) -> None:
    credential = certified(ask, foreign_person())
    by_subject = by_xmlsec1(document(ksef, nip), credential)
    assert refusal(ksef.send_signed(by_subject)) == (21406, [])
    by_fingerprint = {"identification": "certificateFingerprint"}
    assert login(ksef, credential, nip, **by_fingerprint)[0] == 415
    grant(ksef, nip, "Fingerprint", credential.fingerprint)
    assert login(ksef, credential, nip, **by_fingerprint) == (200, [])


def test_only_the_providers_certificates_are_trusted(ksef: Ksef, ask: Ask, nip: str) -> None:
    real = certified(ask, seal_of(nip))
    issuer = [(each.oid, str(each.value)) for each in real.certificate.issuer]
    forged = certificate_for(seal_of(nip), issuer=issuer)

    def sent(**options: Any) -> tuple[int, list[str]]:
        request = request_xml(ksef.challenge()["challenge"], nip)
        return ksef.outcome(ksef.send_signed(written(enveloped(request, forged)), **options))

    assert sent(query_string=CHAIN) == (460, ["Błąd weryfikacji łańcucha certyfikatów"])
    assert sent() == (200, []), "Test takes certificates that people make for themselves"


@pytest.mark.parametrize(
    ("subject", "policy", "kind"),
    [
        (seal_of("5265877635"), "0.4.0.194112.1.3", "02"),
        (person(f"PNOPL-{PESEL}"), "0.4.0.194112.1.2", "01"),
        (foreign_person(), "0.4.0.194112.1.2", "01"),
    ],
)
def test_certificates_are_like_qualified_ones_of_an_authority_named_test(
    ask: Ask, tmp_path: Path, subject: Attributes, policy: str, kind: str
) -> None:
    made = certified(ask, subject)
    for name, certificate in zip(
        ("own", "authority", "root"), (made.certificate, *made.chain), strict=True
    ):
        (tmp_path / name).write_bytes(certificate.public_bytes(Encoding.PEM))
    trust = ["-CAfile", "root", "-untrusted", "authority"]
    subprocess.run(["openssl", "verify", "-x509_strict", *trust, "own"], cwd=tmp_path, check=True)
    text = subprocess.run(
        ["openssl", "x509", "-in", "own", "-noout", "-text"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    ).stdout.decode()
    assert 'O = "TEST: KSeF simulator, nothing qualified", CN = TEST Qualified CA' in text
    assert f"Policy: {policy}" in text
    assert "Non Repudiation" in text
    statements = made.certificate.extensions.get_extension_for_oid(
        x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
    ).value.public_bytes()
    for oid in ("04008e460101", "04008e460104", "04008e4601060" + kind[1]):
        assert bytes.fromhex(oid) in statements, "QcCompliance, QcSSCD, QcType"


@pytest.mark.parametrize("enveloping", [False, True])
@pytest.mark.parametrize("timestamp", [False, True])
def test_the_provider_signs_for_its_people(
    ksef: Ksef, ask: Ask, nip: str, tmp_path: Path, enveloping: bool, timestamp: bool
) -> None:
    body = {
        "document": document(ksef, nip).decode(),
        "subject": SEAL | {"organizationIdentifier": f"VATPL-{nip}"},
        "enveloping": enveloping,
        "timestamp": timestamp,
    }
    made = ask("/_simulator/qualified-signatures", body)
    file = tmp_path / "signed.xml"
    file.write_text(made["document"])
    verify = ["xmlsec1", "--verify", "--insecure", "--id-attr:Id", f"{XADES}:SignedProperties"]
    subprocess.run([*verify, str(file)], check=True, capture_output=True)
    status = ksef.status(accepted(ksef.send_signed(file.read_bytes(), query_string=CHAIN)))
    assert status["status"]["code"] == 200
    assert status["authenticationMethodInfo"]["code"] == "xades.qualified-seal"
    again = ask("/_simulator/qualified-signatures", body)
    assert again["certificate"] == made["certificate"]
    body["subject"] = SEAL | {"commonName": "Filia"}
    assert ask("/_simulator/qualified-signatures", body)["certificate"] != made["certificate"]


def test_the_timestamp_is_one(ksef: Ksef, ask: Ask, nip: str, tmp_path: Path) -> None:
    body = {"document": document(ksef, nip).decode(), "subject": SEAL, "timestamp": True}
    made = ask("/_simulator/qualified-signatures", body)
    root = etree.fromstring(made["document"].encode())
    value = next(root.iter(f"{{{DS}}}SignatureValue"))
    stamped = etree.tostring(value, method="c14n", exclusive=True, with_tail=False)
    (tmp_path / "data").write_bytes(stamped)
    token = root.findtext(f".//{{{XADES}}}EncapsulatedTimeStamp")
    (tmp_path / "token").write_bytes(base64.b64decode(token or ""))
    for name, certificate in zip(
        ("authority", "root"), ksef.state.trust_services.chain, strict=True
    ):
        (tmp_path / name).write_bytes(certificate.public_bytes(Encoding.PEM))
    trust = ["-CAfile", "root", "-untrusted", "authority"]
    subprocess.run(
        ["openssl", "ts", "-verify", "-data", "data", "-in", "token", "-token_in", *trust],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"document": "%PDF-1.7"}, 21001),
        ({"subject": {"nip": "5265877635"}}, 21405),
        ({"subject": {}}, 21405),
        ({"subject": {"serialNumber": "Łódź"}}, 21405),
    ],
)
def test_what_the_provider_cannot_sign(ksef: Ksef, members: dict[str, Any], code: int) -> None:
    body = {"document": "<a/>", "subject": SEAL} | members
    answer = ksef.call("POST", "/_simulator/qualified-signatures", json=body)
    assert refusal(answer)[0] == code
