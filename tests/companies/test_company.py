"""What the list says of a company, out of answers that anybody may have written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bridge.companies.company import Company, VatStatus, read_company
from bridge.ksef.json_object import ContractBroken, JsonObject

NIP = "5265877635"
DAY = date(2026, 11, 29)
SUBJECT: dict[str, Any] = {
    "name": "Zakład Wiśniewska S.A.",
    "nip": NIP,
    "statusVat": "Czynny",
    "regon": "526587765",
    "krs": "0000123456",
    "residenceAddress": None,
    "workingAddress": "PROSTA 49, 00-838 WARSZAWA",
}


def read(**changed: Any) -> Company:
    answer = {"result": {"subject": {**SUBJECT, **changed}, "requestId": "a-b"}}
    company = read_company(JsonObject.of(answer), NIP, DAY)
    assert company is not None
    return company


def test_a_company() -> None:
    assert read() == Company(
        name="Zakład Wiśniewska S.A.",
        address="PROSTA 49, 00-838 WARSZAWA",
        regon="526587765",
        krs_number="0000123456",
        vat_status=VatStatus.ACTIVE,
        as_of=DAY,
    )


def test_a_sole_trader_has_another_address_and_no_number_of_that_register() -> None:
    found = read(krs="", workingAddress=None, residenceAddress="POLNA 1, 05-120 LEGIONOWO")
    assert (found.address, found.krs_number) == ("POLNA 1, 05-120 LEGIONOWO", None)


@pytest.mark.parametrize("result", [{"subject": None}, {}])
def test_nobody_of_that_nip(result: dict[str, Any]) -> None:
    assert read_company(JsonObject.of({"result": result}), NIP, DAY) is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Zwolniony", VatStatus.EXEMPT),
        ("Niezarejestrowany", VatStatus.UNREGISTERED),
        ("Zawieszony", None),
        (None, None),
    ],
)
def test_the_status_for_vat(said: str | None, status: VatStatus | None) -> None:
    assert read(statusVat=said).vat_status is status


@pytest.mark.parametrize(
    ("member", "value", "attribute"),
    [
        ("regon", "52658776", "regon"),
        ("regon", "٥٢٦٥٨٧٧٦٥", "regon"),
        ("krs", "123456", "krs_number"),
        ("krs", "0000123456<script>", "krs_number"),
    ],
)
def test_a_number_in_no_form_of_its_own_is_left_out(
    member: str, value: str, attribute: str
) -> None:
    assert getattr(read(**{member: value}), attribute) is None


def test_a_text_is_one_line_of_visible_characters() -> None:
    hidden = "Sklep\x00\r\n\u202eKowalski\u200b\u00a0 \ud800sp."
    found = read(name=hidden, workingAddress="\x1b[31mPROSTA\t49\n")
    assert found.name == "Sklep Kowalski ?sp."
    assert found.address == "[31mPROSTA 49"


def test_a_text_that_is_too_long_is_cut() -> None:
    found = read(name="ż" * 300, workingAddress="x" * 1500)
    assert (len(found.name), found.name[-2:]) == (255, "ż…")
    assert len(found.address or "") == 1000


@pytest.mark.parametrize(
    "changed",
    [
        {"nip": "1234563218"},
        {"nip": None},
        {"name": None},
        {"name": " \n\u200b"},
        {"name": 7},
        {"name": "x" * 20_001},
        {"workingAddress": ["PROSTA 49"]},
        {"statusVat": {}},
    ],
)
def test_what_is_no_answer_about_the_company_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ContractBroken):
        read(**changed)


@pytest.mark.parametrize("answer", [{}, {"result": []}, {"result": {"subject": "nobody"}}])
def test_another_shape_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(ContractBroken):
        read_company(JsonObject.of(answer), NIP, DAY)
