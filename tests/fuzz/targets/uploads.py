"""What is uploaded as a certificate or key: every form, alone, in zips and many at once."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bridge.credentials import encryption, pkcs12, private_key_file
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import inspect_certificate
from bridge.credentials.secret import Secret
from bridge.credentials.sorting import sort_certificates
from bridge.inspector.answer import decode_inspection, decode_sorting
from bridge.inspector.exchange import encode_inspection, encode_sorting
from tests.credentials.certificates import (
    CONTENT_COMMITMENT,
    NOW,
    OTHER_ISSUER,
    QC_COMPLIANCE,
    SEAL,
    Description,
    ksef_issuer,
)
from tests.credentials.inspecting import assert_texts
from tests.credentials.key_material import LEGACY, KeyMaterial
from tests.credentials.test_file_forms import CLEAR, EC_ONLY, ENCRYPTED, PKCS8, Form
from tests.fuzz.target import Prepared, Read, Target

PASSWORD = "Zażółć gęślą jaźń"
_BETWEEN_FILES = b"\0--file--\0"
_MOST_ROUNDS = 20_000
_WORDS = (
    *(_BETWEEN_FILES, b"-----BEGIN ", b"-----END ", b"CERTIFICATE-----\n", b"PRIVATE KEY-----\n"),
    *(b"ENCRYPTED ", b"DEK-Info: AES-256-CBC,", b"Proc-Type: 4,ENCRYPTED\n", b"\\n", b"\\u002B"),
    *(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"data:;base64,", b"\xff\xfe", b"\\\\\\\\"),
    *(b"\x30\x80", b"\x30\x82", b"\x02\x01\x00", b"\x02\x01\x01", b"\xa0\x03", b"\x04\x82"),
    *(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01", b"\x17\x0d", b"99991231235959Z", b"\x18\x0f"),
    *(b"\x02\x10" + b"\xff" * 16, b"\x02\x01\xff", b"\x05\x00", b"\0\0", b"0500"),
)


def _files(data: bytes) -> list[UploadedFile]:
    return [
        UploadedFile(f"plik {number}", content)
        for number, content in enumerate(data.split(_BETWEEN_FILES, 20))
    ]


def _inspect(data: bytes) -> None:
    """As the inspecting process and the worker do, and the words that are shown."""
    inspection = inspect_certificate(
        _files(data),
        password=Secret(PASSWORD),
        expected_type=None,
        environment=Environment.PRODUCTION,
        now=NOW,
    )
    assert_texts(inspection.findings)
    assert decode_inspection(encode_inspection(inspection)) == inspection


def _sort(data: bytes) -> None:
    sorting = sort_certificates(
        _files(data),
        password=Secret(PASSWORD),
        passwords={"plik 1": Secret("inne")},
        environment=Environment.TEST,
        now=NOW,
    )
    for each in sorting.certificates:
        assert_texts(each.findings)
    assert_texts(sorting.left_over)
    assert decode_sorting(encode_sorting(sorting)) == sorting


@contextmanager
def _few_rounds() -> Iterator[None]:
    """So that the million which the product tries leaves time for all else.

    What rounds may cost is for the kernel to bound (tests/inspector/test_bombs.py).
    """
    allow_rounds = encryption.allow_rounds

    def allow_few(rounds: int, *_: int) -> None:
        allow_rounds(rounds, _MOST_ROUNDS)

    with ExitStack() as patched:
        for module in (encryption, pkcs12, private_key_file):
            patched.enter_context(patch.object(module, "allow_rounds", allow_few))
        yield


def _made(forms: Iterable[Form], algorithm: str = "EC") -> Iterator[tuple[Form, Sequence[bytes]]]:
    """The files of each form, without costly key derivations."""
    with tempfile.TemporaryDirectory() as folder:
        material = KeyMaterial.make(Path(folder), algorithm)
        for form in forms:
            script = form.script.replace("-iter 100000", "-iter 10")
            script = script.replace("-scrypt", "-scrypt -scrypt_N 16 -scrypt_r 1 -scrypt_p 1")
            script = script.replace("-v2 ", "-iter 10 -v2 ") if "-iter" not in script else script
            script = script.replace("pkcs12 -export", "pkcs12 -export -iter 10")
            yield form, tuple(material.run(script, *form.files, password=PASSWORD).values())


def _seeds(forms: Iterable[Form], algorithm: str = "EC") -> list[bytes]:
    return [_BETWEEN_FILES.join(files) for _, files in _made(forms, algorithm)]


def _certificates() -> list[bytes]:
    """Certificates in DER of many kinds, and what looks like one."""
    own = ec.generate_private_key(ec.SECP256R1())
    person = {NameOID.GIVEN_NAME: "Żaneta", NameOID.SERIAL_NUMBER: "PNOPL-89010112345"}
    odd = {NameOID.COMMON_NAME: "NIP 526-587-76-35", NameOID.ORGANIZATION_IDENTIFIER: "5265877635"}
    descriptions = (
        *(Description(), Description(key_usage=CONTENT_COMMITMENT), Description(key_usage=None)),
        *(Description(issuer=ksef_issuer("CCK KSeF")), Description(issuer=OTHER_ISSUER)),
        *(Description(self_signed=True), Description(is_authority=True)),
        *(Description(issuer=OTHER_ISSUER, qc_statements=QC_COMPLIANCE, subject=person),),
        *(Description(issuer=OTHER_ISSUER, subject=odd), Description(subject={**SEAL, **person})),
        Description(valid_from=datetime(9999, 12, 31, 20, 0, tzinfo=UTC), valid_to=_LAST),
        Description(valid_to=datetime(2026, 11, 24, tzinfo=UTC)),
    )
    others: tuple[CertificateIssuerPrivateKeyTypes, ...] = (
        *(rsa.generate_private_key(65537, bits) for bits in (1024, 2048)),
        *(ec.generate_private_key(curve()) for curve in (ec.SECP192R1, ec.SECP521R1)),
        *(ed25519.Ed25519PrivateKey.generate(), dsa.generate_private_key(2048)),
    )
    issued = [each.issue(own.public_key(), own) for each in descriptions]
    issued += [Description().issue(key.public_key()) for key in others]
    return [each.public_bytes(Encoding.DER) for each in issued]


_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_LOOK_ALIKES = [
    Form(name, f"openssl {script} > made", ("made",))
    for name, script in (
        ("request", "req -new -key key.pem -subj /CN=x -outform DER"),
        ("public key", "pkey -in key.pem -pubout -outform DER"),
        (
            "certificates",
            "crl2pkcs7 -nocrl -certfile cert.pem -certfile authority.pem -outform DER",
        ),
    )
]
_IN_DER = [
    Form(name, f"{script} -outform DER -out made", ("cert.pem", "made"), password=True)
    for name, script in (
        ("PKCS #8", "openssl pkcs8 -topk8 -nocrypt -in key.pem"),
        ("traditional", "openssl pkey -in key.pem -traditional"),
        ("PBES2", f"{PKCS8} -v2 aes-256-cbc"),
        ("PBES2 3DES", f"{PKCS8} -v2 des3 -v2prf hmacWithSHA1"),
        ("scrypt", f"{PKCS8} -scrypt"),
        ("PBES1", f"{PKCS8} -v1 PBE-SHA1-3DES {LEGACY}"),
    )
]


def _is_of_pkcs12(form: Form) -> bool:
    return "PKCS #12" in form.name


def _zipped(files: Sequence[bytes], method: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for number, content in enumerate(files):
            archive.writestr(f"Firma/żółw {number}.pem", content)
    return written.getvalue()


def _archives() -> list[bytes]:
    forms = [each for each in (*CLEAR, *ENCRYPTED) if len(each.files) > 1][::6]
    made = [files for _, files in _made(forms)]
    zips = [_zipped(files, zipfile.ZIP_DEFLATED) for files in made]
    zips += [_zipped(made[0], zipfile.ZIP_STORED), _zipped([], zipfile.ZIP_STORED)]
    return [*zips, _zipped(zips[:2], zipfile.ZIP_STORED), _BETWEEN_FILES.join(zips[:2])]


def _many_files() -> list[bytes]:
    forms = [*CLEAR[::5], *EC_ONLY[:2], *ENCRYPTED[::6]]
    made = [files for _, files in _made(forms)]
    together = [_BETWEEN_FILES.join((*one, *other)) for one, other in pairwise(made)]
    return [*together, _BETWEEN_FILES.join((made[0][0], made[1][1], os.urandom(40)))]


def _target(name: str, read: Read, seeds: Callable[[], Sequence[bytes]]) -> Target:
    @contextmanager
    def prepare() -> Iterator[Prepared]:
        with _few_rounds():
            yield Prepared(read, seeds())

    return Target(name, prepare, _WORDS)


TARGETS = (
    _target("certificates", _inspect, lambda: [*_certificates(), *_seeds(_LOOK_ALIKES)]),
    _target(
        "private-keys",
        _inspect,
        lambda: [
            *_seeds(_IN_DER),
            *_seeds(_IN_DER, "RSA"),
            *_seeds(each for each in (*EC_ONLY, *ENCRYPTED) if not _is_of_pkcs12(each)),
        ],
    ),
    _target(
        "pkcs12",
        _inspect,
        lambda: _seeds(each for each in (*CLEAR, *ENCRYPTED) if _is_of_pkcs12(each)),
    ),
    _target(
        "pasted-text",
        _inspect,
        lambda: _seeds(each for each in CLEAR if not _is_of_pkcs12(each)),
    ),
    _target("archives", _sort, _archives),
    _target("sorting", _sort, _many_files),
)
