"""Whether a certificate fits its field and environment, and what else people upload."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from tests.credentials.certificates import (
    CONTENT_COMMITMENT,
    DIGITAL_SIGNATURE,
    OTHER_ISSUER,
    QC_COMPLIANCE,
    Description,
    authority_key,
    in_days,
    key_pem,
    ksef_issuer,
    pem_of,
)
from tests.credentials.inspecting import errors, inspect, warnings
from tests.credentials.key_material import PASSWORD, KeyMaterial

KEY = ec.generate_private_key(ec.SECP256R1())
BOTH = (*DIGITAL_SIGNATURE, *CONTENT_COMMITMENT)
AUTHENTICATION = CertificateType.AUTHENTICATION
OFFLINE = CertificateType.OFFLINE


def pair(description: Description) -> dict[str, bytes]:
    certificate = description.issue(KEY.public_key(), KEY)
    return {"a.crt": pem_of(certificate), "a.key": key_pem(KEY)}


def of_ksef(key_usage: tuple[str, ...] | None) -> Description:
    return Description(key_usage=key_usage)


def qualified(key_usage: tuple[str, ...] | None) -> Description:
    return Description(issuer=OTHER_ISSUER, qc_statements=QC_COMPLIANCE, key_usage=key_usage)


def self_signed(key_usage: tuple[str, ...] | None) -> Description:
    return Description(self_signed=True, is_authority=True, key_usage=key_usage)


def unknown(key_usage: tuple[str, ...] | None) -> Description:
    return Description(issuer=OTHER_ISSUER, key_usage=key_usage)


@pytest.mark.parametrize(
    ("description", "expected_type", "expected"),
    [
        (of_ksef(DIGITAL_SIGNATURE), AUTHENTICATION, []),
        (of_ksef(CONTENT_COMMITMENT), AUTHENTICATION, ["certificate-is-offline"]),
        (of_ksef(BOTH), AUTHENTICATION, []),
        (unknown(DIGITAL_SIGNATURE), AUTHENTICATION, []),
        (unknown(CONTENT_COMMITMENT), AUTHENTICATION, ["certificate-is-offline"]),
        (unknown(None), AUTHENTICATION, []),
        (qualified(CONTENT_COMMITMENT), AUTHENTICATION, []),
        (qualified(BOTH), AUTHENTICATION, []),
        (qualified(("key_encipherment",)), AUTHENTICATION, ["certificate-cannot-authenticate"]),
        (self_signed(DIGITAL_SIGNATURE), AUTHENTICATION, []),
        (self_signed(CONTENT_COMMITMENT), AUTHENTICATION, []),
        (self_signed(None), AUTHENTICATION, []),
        (self_signed(("key_cert_sign",)), AUTHENTICATION, ["certificate-cannot-authenticate"]),
        (of_ksef(CONTENT_COMMITMENT), OFFLINE, []),
        (of_ksef(DIGITAL_SIGNATURE), OFFLINE, ["certificate-is-authentication"]),
        (of_ksef(BOTH), OFFLINE, []),
        (unknown(CONTENT_COMMITMENT), OFFLINE, ["certificate-not-for-offline"]),
        (qualified(CONTENT_COMMITMENT), OFFLINE, ["certificate-not-for-offline"]),
        (self_signed(CONTENT_COMMITMENT), OFFLINE, ["certificate-not-for-offline"]),
        (of_ksef(CONTENT_COMMITMENT), None, []),
        (unknown(("key_encipherment",)), None, []),
    ],
)
def test_the_field_it_is_meant_for(
    description: Description, expected_type: CertificateType | None, expected: list[str]
) -> None:
    assert errors(inspect(pair(description), expected_type=expected_type)) == expected


@pytest.mark.parametrize(
    ("description", "environment", "error", "warning"),
    [
        (Description(), Environment.TEST, [], []),
        (Description(), Environment.DEMO, [], []),
        (Description(), Environment.PRODUCTION, ["certificate-of-test"], []),
        (Description(), None, [], []),
        (Description(issuer=ksef_issuer("CCK KSeF")), Environment.PRODUCTION, [], []),
        (
            Description(issuer=ksef_issuer("CCK KSeF")),
            Environment.TEST,
            ["certificate-of-production"],
            [],
        ),
        (
            Description(issuer=ksef_issuer("CCK KSeF")),
            Environment.DEMO,
            ["certificate-of-production"],
            [],
        ),
        (self_signed(DIGITAL_SIGNATURE), Environment.TEST, [], []),
        (self_signed(DIGITAL_SIGNATURE), Environment.DEMO, ["certificate-self-signed"], []),
        (self_signed(DIGITAL_SIGNATURE), Environment.PRODUCTION, ["certificate-self-signed"], []),
        (self_signed(DIGITAL_SIGNATURE), None, [], []),
        (self_signed(BOTH), Environment.TEST, [], []),
        (self_signed(None), Environment.TEST, [], []),
        (qualified(BOTH), Environment.PRODUCTION, [], []),
        (qualified(None), Environment.DEMO, [], []),
        (of_ksef(BOTH), Environment.TEST, [], ["certificate-type-undetermined"]),
        (of_ksef(None), Environment.DEMO, [], ["certificate-type-undetermined"]),
        (qualified(DIGITAL_SIGNATURE), Environment.PRODUCTION, [], []),
        (unknown(DIGITAL_SIGNATURE), Environment.PRODUCTION, [], ["certificate-kind-unknown"]),
        (unknown(DIGITAL_SIGNATURE), None, [], ["certificate-kind-unknown"]),
    ],
)
def test_the_environment(
    description: Description,
    environment: Environment | None,
    error: list[str],
    warning: list[str],
) -> None:
    inspection = inspect(pair(description), environment=environment)
    assert errors(inspection) == error
    assert warnings(inspection) == warning


def test_the_certificate_of_an_authority() -> None:
    authority = Description(is_authority=True).issue(authority_key().public_key())
    inspection = inspect({"ca.crt": pem_of(authority), "a.key": key_pem(authority_key())})
    assert errors(inspection) == ["certificate-of-authority"]


def test_nothing_uploaded() -> None:
    assert errors(inspect({})) == ["certificate-missing", "private-key-missing"]


def test_only_one_of_the_two() -> None:
    files = pair(Description())
    assert errors(inspect({"a.crt": files["a.crt"]})) == ["private-key-missing"]
    assert errors(inspect({"a.key": files["a.key"]})) == ["certificate-missing"]


def test_a_key_too_many_is_passed_over() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    inspection = inspect({"other.key": key_pem(other), **pair(Description())})
    assert errors(inspection) == []
    assert warnings(inspection) == ["private-keys-several"]
    assert inspection.findings[0].params == {"file": "a.key"}


def test_two_pairs_at_once() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    offline = of_ksef(CONTENT_COMMITMENT).issue(other.public_key())
    files = {**pair(Description()), "b.crt": pem_of(offline), "b.key": key_pem(other)}
    assert errors(inspect(files)) == ["key-pairs-several"]


def test_of_a_renewed_certificate_the_newer_is_taken() -> None:
    old = Description(valid_to=in_days(-5), serial_number=1).issue(KEY.public_key())
    files = pair(Description())
    inspection = inspect({"old.crt": pem_of(old), **files})
    assert errors(inspection) == []
    assert inspection.certificate_pem == files["a.crt"].decode()


FOREIGN = {
    "empty": (b"", "file-empty"),
    "blank": (b" \r\n\0", "file-empty"),
    "web page": (b"\xef\xbb\xbf\n<!DOCTYPE html><title>Zaloguj</title>", "file-is-web-page"),
    "zip": (b"PK\x03\x04\x14\0\0\0", "file-is-archive"),
    "JKS": (b"\xfe\xed\xfe\xed\0\0\0\x02", "file-unsupported"),
    "PDF": (b"%PDF-1.7\n", "file-unsupported"),
    "JSON": (b'{"token": 1}', "file-unsupported"),
    "text": (b"0 to jest zwykly tekst, nie klucz", "file-unrecognized"),
    "noise": (bytes(range(1, 200)), "file-unrecognized"),
    "PGP": (
        b"-----BEGIN PGP MESSAGE-----\n\nhF4D\n=abcd\n-----END PGP MESSAGE-----\n",
        "file-unsupported",
    ),
    "spoiled PEM": (
        b"-----BEGIN CERTIFICATE-----\nMII*\n-----END CERTIFICATE-----\n",
        "file-damaged",
    ),
    "cut PEM": (b"-----BEGIN PRIVATE KEY-----\nMIGHAgEA", "file-damaged"),
    "other structure": (base64.b64decode("MAUCAQACAQA="), "file-damaged"),
}


@pytest.mark.parametrize(("content", "code"), FOREIGN.values(), ids=list(FOREIGN))
def test_a_foreign_file_is_named(content: bytes, code: str) -> None:
    files = pair(Description())
    alone = inspect({"a.crt": files["a.crt"], "foreign": content})
    # One mistake, one error: what cannot be read may be the key that is missing.
    assert errors(alone) == [code]
    assert alone.findings[0].field == "files"
    assert alone.findings[0].params["file"] == "foreign"
    assert alone.findings[0].params["file"] == "foreign"
    beside = inspect({**files, "foreign": content})
    assert errors(beside) == []
    assert warnings(beside) == [code]


@pytest.mark.parametrize("form", ["PEM", "DER"])
@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("openssl req -new -key key.pem -subj /CN=x -outform $FORM", "file-is-certificate-request"),
        ("openssl pkey -in key.pem -pubout -outform $FORM", "file-is-public-key"),
        ("openssl crl -in crl.pem -outform $FORM", "file-is-revocation-list"),
    ],
)
def test_relatives_of_certificates_are_named(
    ec_material: KeyMaterial, form: str, script: str, code: str
) -> None:
    make_list = (
        "touch index; openssl req -x509 -new -key key.pem -subj /CN=x -out own.pem;"
        " printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\ndefault_md=sha256\\n' > ca.conf;"
        " openssl ca -config ca.conf -gencrl -crldays 5 -cert own.pem -keyfile key.pem"
        " -out crl.pem"
    )
    files = ec_material.run(f"{make_list}; FORM={form}; {script} > made", "cert.pem", "made")
    assert errors(inspect(files)) == [code]


def test_an_openssh_key_is_named(ec_material: KeyMaterial) -> None:
    files = ec_material.run(
        "cp key.pem ssh; printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaA==\\n"
        "-----END OPENSSH PRIVATE KEY-----\\n' > ssh",
        "cert.pem",
        "ssh",
    )
    inspection = inspect(files)
    assert errors(inspection) == ["file-unsupported"]
    assert inspection.findings[0].params["format"] == "OPENSSH PRIVATE KEY"


def test_an_encryption_that_is_not_known_is_named(ec_material: KeyMaterial) -> None:
    files = ec_material.run(
        "openssl pkcs8 -topk8 -in key.pem -v2 camellia-256-cbc -passout env:PASSWORD -out made",
        "cert.pem",
        "made",
    )
    inspection = inspect(files, PASSWORD)
    assert errors(inspection) == ["encryption-unsupported"]
    assert inspection.findings[0].params["algorithm"] == "1.2.392.200011.61.1.1.1.4"
