"""Signed files as somebody drops them, read before KSeF is asked."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.inspector.answer import decode_signed
from bridge.inspector.exchange import encode_signed
from tests.credentials.inspecting import assert_texts
from tests.fuzz.target import Prepared, Target
from tests.fuzz.targets.login_documents import TARGET as LOGIN_DOCUMENTS
from tests.signed_documents.inspecting import HandedOut
from tests.simulator.signed_requests import INCLUSIVE, Recipe, enveloped, enveloping, written


@contextmanager
def _prepare() -> Iterator[Prepared]:
    handed_out = HandedOut()

    def read(data: bytes) -> None:
        """As the inspecting process and the worker do, and the words that are shown."""
        inspection = handed_out.inspect(data)
        if inspection.problem is not None:
            assert_texts((inspection.problem,))
        assert decode_signed(encode_signed(inspection)) == inspection

    second_version = Recipe(signing_certificate="SigningCertificateV2", canonicalization=INCLUSIVE)
    seeds = [
        written(each)
        for each in (
            enveloped(handed_out.document, handed_out.owner),
            enveloped(handed_out.document, handed_out.owner, second_version),
            enveloping(handed_out.document, handed_out.owner),
        )
    ]
    in_base64 = base64.b64encode(b"0\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x02" + bytes(200))
    yield Prepared(read, [*seeds, handed_out.document.encode(), in_base64])


TARGET = Target("signed-documents", _prepare, LOGIN_DOCUMENTS.words, 16 * 1024)
