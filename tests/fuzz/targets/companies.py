"""Answers of the list of VAT payers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from bridge.companies import vat_payers
from bridge.companies.vat_payers import VatPayers
from bridge.state.errors import BridgeError
from tests.fuzz.target import Prepared, Target
from tests.fuzz.targets.answers import Answers, answer_as_data, answer_of
from tests.fuzz.told import assert_told
from tests.ksef.test_hostile_answers import assert_harmless

_NIP = "5265877635"
_SUBJECT = {
    "name": "Żółw  sp. z o.o.",
    "nip": _NIP,
    "statusVat": "Czynny",
    "regon": "012345678",
    "krs": "0000012345",
    "residenceAddress": None,
    "workingAddress": "ul. Żółta 1, 00-001 Warszawa",
    "accountNumbers": ["00000000000000000000000000"],
}


@contextmanager
def _prepare() -> Iterator[Prepared]:
    with patch.object(vat_payers, "Connections", Answers):
        payers = VatPayers("http://127.0.0.1:1", None)

    def read(data: bytes) -> None:
        Answers.answer = answer_of(data)
        try:
            assert_harmless(payers.find(_NIP))
        except BridgeError as error:
            assert_told(error.code, error.params)

    told = [
        ({"result": {"subject": _SUBJECT, "requestId": "x"}}, 200),
        ({"result": {"subject": None}}, 200),
        *(({"code": code, "message": "ż"}, 400) for code in ("WL-191", "WL-195", "WL-115")),
    ]
    yield Prepared(
        read, [answer_as_data(json.dumps(each).encode(), status) for each, status in told]
    )


TARGET = Target("vat-payers", _prepare, (b"null", b'""', b'"\\ud800"', b"{}", b"[]", b"\\u202e"))
