"""What an administrator downloads: a zip whose key openssl opens with the password."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import inspect_certificate
from bridge.credentials.private_key import PrivateKey, unencrypted_pkcs8
from bridge.credentials.secret import Secret
from bridge.enrolment.errors import NameUnusable
from bridge.enrolment.keys import PASSWORD_ALPHABET, PASSWORD_LENGTH, new_password
from bridge.enrolment.names import check_name, file_stem
from bridge.enrolment.package import README, Contents, make_package, package_name
from bridge.simulator.certificates.portal import Application, company, issue_alone, new_key
from tests.installation import new_nip
from tests.secret_register import register_secret

NAME = "Żółta Łódź 2026_1"


def contents(algorithm: str = "EC P-256", name: str = NAME) -> tuple[Contents, PrivateKey]:
    key = new_key(algorithm)
    nip = new_nip()
    application = Application(company(nip, "Firma Łódź"), "Offline", key)
    password = new_password()
    register_secret(password.reveal_text())
    made = Contents(
        name,
        CertificateType.OFFLINE,
        Environment.TEST,
        issue_alone(application, Environment.TEST),
        unencrypted_pkcs8(key),
        password,
    )
    return made, key


def files_in(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert opened.testzip() is None
        return {each: opened.read(each) for each in opened.namelist()}


@pytest.mark.parametrize("algorithm", ["EC P-256", "RSA 2048"])
def test_openssl_opens_the_key_which_belongs_to_the_certificate(
    tmp_path: Path, algorithm: str
) -> None:
    made, _ = contents(algorithm)
    for name, content in files_in(make_package(made)).items():
        (tmp_path / name).write_bytes(content)
    opened = openssl(
        *("pkey", "-in", tmp_path / "Zolta-Lodz-2026_1.key", "-pubout"),
        *("-passin", f"pass:{made.password.reveal_text()}"),
    )
    assert opened.returncode == 0, opened.stderr
    certificate = openssl("x509", "-in", tmp_path / "Zolta-Lodz-2026_1.crt", "-noout", "-pubkey")
    assert opened.stdout == certificate.stdout
    refused = openssl(
        "pkey", "-in", tmp_path / "Zolta-Lodz-2026_1.key", "-noout", "-passin", "pass:wrong"
    )
    assert refused.returncode != 0


def test_the_key_file_has_the_form_of_the_portals(tmp_path: Path) -> None:
    made, _ = contents()
    key_file = files_in(make_package(made))["Zolta-Lodz-2026_1.key"]
    assert key_file.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    (tmp_path / "key").write_bytes(key_file)
    shown = openssl("asn1parse", "-in", tmp_path / "key").stdout.decode()
    algorithms = re.findall(r"OBJECT +:(\S+)", shown)
    assert algorithms == ["PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc"]
    assert re.findall(r"INTEGER +:(\S+)", shown) == [f"{100_000:X}".zfill(6)]


def test_the_bridge_takes_its_own_package_as_an_upload() -> None:
    made, key = contents()
    files = files_in(make_package(made))
    inspection = inspect_certificate(
        [UploadedFile(name, content) for name, content in files.items() if name != README],
        password=made.password,
        expected_type=CertificateType.OFFLINE,
        environment=Environment.TEST,
        now=datetime.now(UTC),
    )
    assert inspection.findings == ()
    assert inspection.private_key == unencrypted_pkcs8(key)


def test_another_library_opens_it() -> None:
    made, key = contents()
    files = files_in(make_package(made))
    pem = files["Zolta-Lodz-2026_1.key"]
    opened = load_pem_private_key(pem, made.password.reveal())
    assert opened.public_key() == key.public_key()
    certificate = x509.load_pem_x509_certificate(files["Zolta-Lodz-2026_1.crt"])
    assert certificate == made.certificate


def test_names_dates_and_rights_do_not_depend_on_when_it_is_made() -> None:
    made, _ = contents()
    first, second = make_package(made), make_package(made)
    with zipfile.ZipFile(io.BytesIO(first)) as one, zipfile.ZipFile(io.BytesIO(second)) as two:
        for a, b in zip(one.infolist(), two.infolist(), strict=True):
            assert (a.filename, a.date_time, a.external_attr) == (
                b.filename,
                b.date_time,
                b.external_attr,
            )
            assert a.external_attr >> 16 == 0o100600
    assert files_in(first)[README] == files_in(second)[README]
    assert package_name(NAME) == "Zolta-Lodz-2026_1.zip"


def test_the_readme_says_what_it_is_in_both_languages_and_not_the_password() -> None:
    made, _ = contents()
    package = make_package(made)
    text = files_in(package)[README].decode("utf-8-sig")
    serial_number = f"{made.certificate.serial_number:016X}"
    assert text.count(serial_number) == 2
    assert text.count(f"KSeF: {NAME}") + text.count(f"CERTIFICATE: {NAME}") == 2
    for words in ("klucz prywatny, zaszyfrowany", "private key, encrypted", "kodu"[:3] + " QR II"):
        assert words in text
    assert text.count("https://ap-test.ksef.mf.gov.pl/web/") == 2
    assert "\n" not in text.replace("\r\n", "")
    assert "{" not in text
    for secret in (made.password.reveal(), made.private_key.reveal()):
        assert secret not in package
        assert all(secret not in content for content in files_in(package).values())
    assert made.certificate.public_bytes(Encoding.PEM) in files_in(package).values()


def openssl(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Zażółć gęślą jaźń", "Zazolc-gesla-jazn"),
        ("ŁÓDŹ  1", "LODZ-1"),
        ("  --ab--  ", "ab"),
        ("-----", "certificate"),
        ("con  ", "certificate-con"),
        ("LPT1 ", "certificate-LPT1"),
        ("a" * 100, "a" * 100),
        ("Firma_2026-1", "Firma_2026-1"),
    ],
)
def test_files_are_called_so_that_every_system_takes_them(name: str, stem: str) -> None:
    check_name(name)
    assert file_stem(name) == stem
    assert file_stem(stem) == stem


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", "C:\\x", "naïve 日本", ""])
def test_a_file_name_never_leads_elsewhere(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", file_stem(name))


@pytest.mark.parametrize("name", ["abcde", "a" * 100, "Zażółć gęślą jaźń_1-2", "ŻÓŁĆ ŚĄŹŃĘ"])
def test_names_of_ksefs_alphabet_are_taken(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    ("name", "code", "shown"),
    [
        ("", "enrolment-name-length", 0),
        ("abcd", "enrolment-name-length", 4),
        ("a" * 101, "enrolment-name-length", 101),
        ("Firma: próba (1)", "enrolment-name-characters", "( ) :"),
        ("Firma\n", "enrolment-name-characters", "U+000A"),
        ("Firma & Müller", "enrolment-name-characters", "& ü"),
        (unicodedata.normalize("NFD", "Źrebię"), "enrolment-name-characters", "\u0301 \u0328"),
    ],
)
def test_other_names_are_refused_with_what_is_wrong(name: str, code: str, shown: str | int) -> None:
    with pytest.raises(NameUnusable) as caught:
        check_name(name)
    assert caught.value.code == code
    assert shown in caught.value.params.values()


def test_passwords_are_long_random_and_unambiguous() -> None:
    made = {new_password().reveal_text() for _ in range(200)}
    assert len(made) == 200
    assert {len(each) for each in made} == {PASSWORD_LENGTH}
    assert PASSWORD_LENGTH >= 20
    assert set("".join(made)) == set(PASSWORD_ALPHABET)
    assert not set("0O1lIo") & set(PASSWORD_ALPHABET)
    assert Secret(next(iter(made))).reveal().isascii()
