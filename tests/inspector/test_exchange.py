"""A request and an inspection are the same on the other side."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import CertificateInspection
from bridge.credentials.secret import Secret
from bridge.credentials.sorting import CertificateSorting, sort_certificates
from bridge.inspector.answer import decode_inspection, decode_signed, decode_sorting
from bridge.inspector.exchange import (
    InspectionRequest,
    SignedDocumentRequest,
    SortingRequest,
    decode_request,
    encode_inspection,
    encode_request,
    encode_signed,
    encode_sorting,
)
from bridge.signed_documents.inspection import Expected, SignedDocumentInspection
from tests.credentials.certificates import NOW, OTHER_ISSUER, Description, key_pem, pem_of
from tests.credentials.inspecting import inspect
from tests.signed_documents.inspecting import HandedOut
from tests.simulator.signed_requests import enveloped, written

KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = pem_of(Description().issue(KEY.public_key()))
FULL = InspectionRequest(
    [UploadedFile("zażółć.crt", bytes(range(256))), UploadedFile("", b"")],
    Secret(b"\xff\x00\r\n"),
    CertificateType.OFFLINE,
    Environment.DEMO,
    datetime(2026, 11, 23, 12, 0, 0, 1, timezone(timedelta(hours=1))),
)


def plain(part: object) -> tuple[type, object]:
    return type(part), part.reveal() if isinstance(part, Secret) else part


@pytest.mark.parametrize(
    "request_",
    [
        FULL,
        replace(FULL, password=None),
        replace(FULL, expected_type=None),
        replace(FULL, fingerprint="ab" * 32),
        replace(FULL, environment=None),
        replace(FULL, files=[], expected_type=CertificateType.AUTHENTICATION, now=NOW),
    ],
)
def test_a_request_arrives_as_it_was(request_: InspectionRequest) -> None:
    encoded = encode_request(request_)
    assert b"\n" not in encoded
    arrived = decode_request(encoded)
    for each in fields(InspectionRequest):
        assert plain(getattr(arrived, each.name)) == plain(getattr(request_, each.name))
    assert arrived.now.utcoffset() == request_.now.utcoffset()


SORTING = SortingRequest(
    FULL.files,
    FULL.password,
    {"zażółć.key": Secret(b"\xff\x00"), "a.zip/b.key": Secret("b")},
    FULL.environment,
    FULL.now,
)


@pytest.mark.parametrize(
    "request_",
    [SORTING, replace(SORTING, password=None, passwords={}), replace(SORTING, environment=None)],
)
def test_a_request_to_sort_arrives_as_it_was(request_: SortingRequest) -> None:
    encoded = encode_request(request_)
    assert b"\n" not in encoded
    assert decode_request(encoded) == request_


PAIR = {"a.crt": CERTIFICATE, "a.key": key_pem(KEY)}
UNKNOWN = pem_of(Description(issuer=OTHER_ISSUER, key_usage=None).issue(KEY.public_key()))


@pytest.mark.parametrize(
    "files",
    [PAIR, {**PAIR, "a.crt": UNKNOWN}, {"a.crt": CERTIFICATE}, {"a.key": b"nothing"}, {}],
    ids=["pair", "unknown issuer", "certificate", "nothing that can be read", "no files"],
)
def test_an_inspection_arrives_as_it_was(files: dict[str, bytes]) -> None:
    inspection = inspect(files)
    encoded = encode_inspection(inspection)
    assert b"\n" not in encoded
    arrived = decode_inspection(encoded)
    for each in fields(CertificateInspection):
        assert plain(getattr(arrived, each.name)) == plain(getattr(inspection, each.name))
    if arrived.facts is not None:
        assert arrived.facts.valid_to.utcoffset() == timedelta(0)
        assert arrived.facts.valid_to.tzname() == UTC.tzname(None)


def test_an_answer_with_more_than_an_inspection_is_refused_and_not_quoted() -> None:
    encoded = encode_inspection(inspect(PAIR))
    with pytest.raises(ValueError, match=r"^1 mistakes$"):
        decode_inspection(encoded[:-1] + b', "more": 1}')


@pytest.mark.parametrize("files", [PAIR, {**PAIR, "b.crt": UNKNOWN, "c.pdf": b"%PDF"}, {}])
def test_a_sorting_arrives_as_it_was(files: dict[str, bytes]) -> None:
    sorting = sort_certificates(
        [UploadedFile(name, content) for name, content in files.items()],
        password=None,
        passwords={},
        environment=Environment.PRODUCTION,
        now=NOW,
    )
    assert sorting == CertificateSorting((), ()) or sorting.certificates[0].findings
    encoded = encode_sorting(sorting)
    assert b"\n" not in encoded
    assert b"PRIVATE" not in encoded
    assert decode_sorting(encoded) == sorting


def test_an_answer_with_more_than_a_sorting_is_refused_and_not_quoted() -> None:
    encoded = encode_sorting(CertificateSorting((), ()))
    with pytest.raises(ValueError, match=r"^1 mistakes$"):
        decode_sorting(encoded[:-1] + b', "more": 1}')


@pytest.mark.parametrize("by_fingerprint", [True, False])
def test_a_signed_file_arrives_as_it_was_and_so_does_what_is_said_of_it(
    by_fingerprint: bool,
) -> None:
    handed_out = HandedOut(by_fingerprint=by_fingerprint)
    content = written(enveloped(handed_out.document, handed_out.owner))
    expected = Expected(handed_out.document, Environment.DEMO, by_fingerprint)
    request = SignedDocumentRequest(content, expected, NOW)
    assert decode_request(encode_request(request)) == request
    for inspection in (handed_out.inspect(content), handed_out.inspect(b"")):
        assert decode_signed(encode_signed(inspection)) == inspection


def test_an_answer_about_a_signed_file_that_is_none_is_refused() -> None:
    encoded = encode_signed(SignedDocumentInspection())
    with pytest.raises(ValueError, match="mistakes"):
        decode_signed(encoded.replace(b"null", b"17"))
