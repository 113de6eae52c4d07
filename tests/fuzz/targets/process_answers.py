"""What an inspecting process answers, which a file may have taken over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec

from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import inspect_certificate
from bridge.credentials.sorting import sort_certificates
from bridge.inspector.answer import decode_inspection, decode_sorting
from bridge.inspector.exchange import encode_inspection, encode_sorting
from tests.credentials.certificates import NOW, Description, key_pem, pem_of
from tests.fuzz.target import Prepared, Target


def _read(data: bytes) -> None:
    for decode in (decode_inspection, decode_sorting):
        try:
            decode(data)
        except ValueError as error:
            # Whoever logs it must not quote what was read.
            said = str(error)
        else:
            continue
        assert said.endswith(" mistakes")


@contextmanager
def _prepare() -> Iterator[Prepared]:
    key = ec.generate_private_key(ec.SECP256R1())
    files = [UploadedFile("a", pem_of(Description().issue(key.public_key())) + key_pem(key))]
    inspection = inspect_certificate(
        files, password=None, expected_type=None, environment=None, now=NOW
    )
    later = datetime(2030, 1, 1, tzinfo=UTC)
    sorting = sort_certificates(files, password=None, passwords={}, environment=None, now=later)
    yield Prepared(_read, [encode_inspection(inspection), encode_sorting(sorting)])


TARGET = Target("process-answers", _prepare, (b"null", b"{}", b"[]", b'"\\ud800"', b"1e999", b"-1"))
