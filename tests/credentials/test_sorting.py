"""Any number of files, sorted into certificates with their keys, and what is left over."""

from __future__ import annotations

import io
import secrets
import zipfile
from dataclasses import dataclass

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.secret import Secret
from bridge.credentials.sorting import CertificateSorting, sort_certificates
from tests.credentials.certificates import (
    CONTENT_COMMITMENT,
    DIGITAL_SIGNATURE,
    NOW,
    Description,
    authority_key,
    in_days,
    pem_of,
)
from tests.credentials.inspecting import assert_nothing_secret, assert_texts, inspect
from tests.secret_register import register_secret

KEY_PASSWORD = register_secret(f"Zażółć {secrets.token_hex(6)}")
OTHER_PASSWORD = register_secret(secrets.token_hex(8))


@dataclass(frozen=True)
class Made:
    """A certificate and its key, as the portal hands them out."""

    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey

    @classmethod
    def of(cls, usage: tuple[str, ...] | None, **more: object) -> Made:
        key = ec.generate_private_key(ec.SECP256R1())
        description = Description(key_usage=usage, serial_number=secrets.randbits(63), **more)  # type: ignore[arg-type]
        return cls(description.issue(key.public_key()), key)

    @property
    def crt(self) -> bytes:
        return pem_of(self.certificate)

    def key(self, password: str = KEY_PASSWORD) -> bytes:
        return self.private_key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
        )

    def p12(self, *chain: x509.Certificate, password: str = KEY_PASSWORD) -> bytes:
        encryption = BestAvailableEncryption(password.encode())
        return serialize_key_and_certificates(
            b"KSeF", self.private_key, self.certificate, list(chain) or None, encryption
        )


AUTHENTICATION = Made.of(DIGITAL_SIGNATURE)
OFFLINE = Made.of(CONTENT_COMMITMENT)
AUTHORITY = Description(is_authority=True).issue(authority_key().public_key())
FOUR = {
    "offline.key": OFFLINE.key(),
    "uwierzytelnienie.crt": AUTHENTICATION.crt,
    "offline.crt": OFFLINE.crt,
    "uwierzytelnienie.key": AUTHENTICATION.key(),
}


def sort(
    files: dict[str, bytes],
    password: str | None = None,
    environment: Environment | None = None,
    passwords: dict[str, str] | None = None,
) -> CertificateSorting:
    sorting = sort_certificates(
        [UploadedFile(name, content) for name, content in files.items()],
        password=None if password is None else Secret(password),
        passwords={name: Secret(each) for name, each in (passwords or {}).items()},
        environment=environment,
        now=NOW,
    )
    for each in sorting.certificates:
        assert_texts(each.findings)
    assert_texts(sorting.left_over)
    assert_nothing_secret(repr(sorting))
    return sorting


def found(sorting: CertificateSorting) -> list[tuple[str | None, str, str]]:
    return [
        (each.facts.type, each.certificate_file, each.key_file) for each in sorting.certificates
    ]


def left(sorting: CertificateSorting) -> list[tuple[str, str | int]]:
    return [(each.code, each.params["file"]) for each in sorting.left_over]


def zipped(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


BOTH = [
    ("Authentication", "uwierzytelnienie.crt", "uwierzytelnienie.key"),
    ("Offline", "offline.crt", "offline.key"),
]


@pytest.mark.parametrize("is_turned_round", [False, True])
def test_four_files_are_two_certificates_with_their_keys(is_turned_round: bool) -> None:
    files = dict(reversed(FOUR.items())) if is_turned_round else FOUR
    sorting = sort(files, KEY_PASSWORD, Environment.TEST)
    assert found(sorting) == BOTH
    assert left(sorting) == []
    assert [each.facts.key_matches for each in sorting.certificates] == [True, True]
    assert [each.findings for each in sorting.certificates] == [(), ()]


def test_names_and_endings_decide_nothing() -> None:
    files = {
        "a.crt": OFFLINE.key(),
        "b.key": AUTHENTICATION.crt,
        "c": AUTHENTICATION.key(),
        "d.txt": OFFLINE.crt,
    }
    assert found(sort(files, KEY_PASSWORD)) == [
        ("Authentication", "b.key", "c"),
        ("Offline", "d.txt", "a.crt"),
    ]


def test_all_in_one_file() -> None:
    content = b"".join(FOUR.values())
    sorting = sort({"wszystko.pem": content}, KEY_PASSWORD)
    both = "wszystko.pem"
    assert found(sorting) == [("Authentication", both, both), ("Offline", both, both)]


def test_a_key_that_the_password_does_not_open_is_left_over_by_its_name() -> None:
    files = {**FOUR, "offline.key": OFFLINE.key(OTHER_PASSWORD)}
    sorting = sort(files, KEY_PASSWORD)
    assert found(sorting) == BOTH[:1]
    assert left(sorting) == [
        ("password-wrong", "offline.key"),
        ("certificate-without-key", "offline.crt"),
    ]
    assert sorting.left_over[0].field == "password"
    assert found(sort(files, KEY_PASSWORD, passwords={"offline.key": OTHER_PASSWORD})) == BOTH
    assert (
        found(sort(files, OTHER_PASSWORD, passwords={"uwierzytelnienie.key": KEY_PASSWORD})) == BOTH
    )
    each = {"offline.key": OTHER_PASSWORD, "uwierzytelnienie.key": KEY_PASSWORD}
    assert found(sort(files, None, passwords=each)) == BOTH


def test_without_a_password_every_key_asks_for_one() -> None:
    assert left(sort(FOUR)) == [
        ("password-missing", "offline.key"),
        ("password-missing", "uwierzytelnienie.key"),
        ("certificate-without-key", "uwierzytelnienie.crt"),
        ("certificate-without-key", "offline.crt"),
    ]


def test_an_own_password_that_is_empty_is_the_common_one() -> None:
    assert found(sort(FOUR, KEY_PASSWORD, passwords={"offline.key": "\r\n"})) == BOTH


def test_a_line_end_after_a_password_is_not_part_of_it() -> None:
    files = {**FOUR, "offline.key": OFFLINE.key(OTHER_PASSWORD)}
    sorting = sort(files, f"{KEY_PASSWORD}\r\n", passwords={"offline.key": f"{OTHER_PASSWORD}\n"})
    assert found(sorting) == BOTH


def test_nothing_that_fits() -> None:
    others = Made.of(DIGITAL_SIGNATURE), Made.of(DIGITAL_SIGNATURE)
    sorting = sort({"a.crt": others[0].crt, "b.key": others[1].key()}, KEY_PASSWORD)
    assert found(sorting) == []
    assert left(sorting) == [
        ("certificate-without-key", "a.crt"),
        ("key-without-certificate", "b.key"),
    ]


def test_a_pkcs12_file_and_a_pair_beside_it() -> None:
    files = {
        "u.p12": AUTHENTICATION.p12(AUTHORITY),
        "offline.crt": OFFLINE.crt,
        "offline.key": OFFLINE.key(),
    }
    sorting = sort(files, KEY_PASSWORD)
    assert found(sorting) == [("Authentication", "u.p12", "u.p12"), BOTH[1]]
    assert left(sorting) == []
    assert left(sort(files, "nie to"))[0] == ("password-wrong", "u.p12")


def test_the_package_as_this_product_makes_it_is_unpacked() -> None:
    package = {
        "firma.crt": AUTHENTICATION.crt,
        "firma.key": AUTHENTICATION.key(),
        "README.txt": b"Pakiet\r\n",
    }
    offline = {"Łódź/o.crt": OFFLINE.crt, "Łódź/o.key": OFFLINE.key(OTHER_PASSWORD)}
    files = {"a.zip": zipped(package), "b.zip": zipped(offline)}
    sorting = sort(files, KEY_PASSWORD, passwords={"b.zip/Łódź/o.key": OTHER_PASSWORD})
    assert found(sorting) == [
        ("Authentication", "a.zip/firma.crt", "a.zip/firma.key"),
        ("Offline", "b.zip/Łódź/o.crt", "b.zip/Łódź/o.key"),
    ]
    assert left(sorting) == []


def test_what_is_no_credential_is_named() -> None:
    files = {
        **FOUR,
        "faktura.pdf": b"%PDF-1.7",
        "notatka.txt": "hasło w sejfie".encode(),
        "pusty": b"",
    }
    sorting = sort(files, KEY_PASSWORD)
    assert found(sorting) == BOTH
    assert left(sorting) == [
        ("file-unsupported", "faktura.pdf"),
        ("file-unrecognized", "notatka.txt"),
        ("file-empty", "pusty"),
    ]


def test_the_same_file_twice_is_told() -> None:
    copies = {"kopia.crt": OFFLINE.crt, "kopia.key": FOUR["offline.key"]}
    sorting = sort({**FOUR, **copies}, KEY_PASSWORD)
    assert found(sorting) == BOTH
    assert left(sorting) == [("file-repeated", "kopia.crt"), ("file-repeated", "kopia.key")]


def test_a_renewed_certificate_of_the_same_key_takes_the_place_of_the_older_one() -> None:
    key = OFFLINE.private_key.public_key()
    renewed = Description(key_usage=CONTENT_COMMITMENT, valid_to=in_days(900)).issue(key)
    sorting = sort({**FOUR, "nowy.crt": pem_of(renewed)}, KEY_PASSWORD)
    assert found(sorting)[1] == ("Offline", "nowy.crt", "offline.key")
    assert left(sorting) == [("certificate-superseded", "offline.crt")]
    assert sorting.left_over[0].params["newer"] == "nowy.crt"


def test_the_longest_valid_of_a_type_comes_first() -> None:
    longer = Made.of(DIGITAL_SIGNATURE, valid_to=in_days(800))
    files = {**FOUR, "l.crt": longer.crt, "l.key": longer.key()}
    assert found(sort(files, KEY_PASSWORD)) == [("Authentication", "l.crt", "l.key"), *BOTH]


def test_an_authority_alone_is_not_needed() -> None:
    sorting = sort({**FOUR, "ca.crt": pem_of(AUTHORITY)}, KEY_PASSWORD)
    assert found(sorting) == BOTH
    assert left(sorting) == [("certificate-of-authority-unneeded", "ca.crt")]


def test_each_certificate_is_judged_for_the_environment() -> None:
    expired = Made.of(CONTENT_COMMITMENT, valid_to=in_days(-1))
    files = {"a.crt": AUTHENTICATION.crt, "a.key": AUTHENTICATION.key(), "e.p12": expired.p12()}
    sorting = sort(files, KEY_PASSWORD, Environment.PRODUCTION)
    assert [[each.code for each in made.findings] for made in sorting.certificates] == [
        ["certificate-of-test"],
        ["certificate-expired", "certificate-of-test"],
    ]
    assert sorting.certificates[1].findings[0].params["file"] == "e.p12"


def test_a_type_that_cannot_be_decided_comes_last() -> None:
    both_uses = Made.of((*DIGITAL_SIGNATURE, *CONTENT_COMMITMENT), valid_to=in_days(2000))
    files = {"x.crt": both_uses.crt, "x.key": both_uses.key(), **FOUR}
    assert found(sort(files, KEY_PASSWORD)) == [*BOTH, (None, "x.crt", "x.key")]


def test_no_files() -> None:
    assert sort({}) == CertificateSorting((), ())


@pytest.mark.parametrize("made", [AUTHENTICATION, OFFLINE], ids=["Authentication", "Offline"])
def test_a_pair_is_inspected_alone_by_its_fingerprint(made: Made) -> None:
    """Also where the other one's key does not open with this one's password."""
    files = {**FOUR, "offline.key": OFFLINE.key(OTHER_PASSWORD)}
    everything = {"pakiet.zip": zipped(files)}
    sorting = sort(everything, KEY_PASSWORD)
    assert [code for code, _ in left(sorting)] == ["password-wrong", "certificate-without-key"]
    password = KEY_PASSWORD if made is AUTHENTICATION else OTHER_PASSWORD
    fingerprint = made.certificate.fingerprint(hashes.SHA256()).hex()
    inspection = inspect(everything, password, fingerprint=fingerprint)
    assert inspection.findings == ()
    assert inspection.facts is not None
    assert inspection.facts.fingerprint == fingerprint
    assert inspection.private_key is not None


def test_a_certificate_that_is_not_among_the_files_is_missing() -> None:
    inspection = inspect(FOUR, KEY_PASSWORD, fingerprint="0" * 64)
    assert [each.code for each in inspection.findings] == [
        "certificate-missing",
        "private-key-missing",
    ]


def test_the_key_of_the_one_that_is_meant_is_asked_for() -> None:
    fingerprint = AUTHENTICATION.certificate.fingerprint(hashes.SHA256()).hex()
    inspection = inspect(FOUR, "nie to", fingerprint=fingerprint)
    assert inspection.facts is not None
    assert inspection.facts.type is CertificateType.AUTHENTICATION
    assert {each.code for each in inspection.findings} == {"password-wrong"}
