"""What holds for every identifier, name and filled text, tried on some hundred of each."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.context_rules import about_context
from bridge.credentials.identifiers import (
    NipDefect,
    check_byte,
    crc8,
    has_right_check_byte,
    internal_id_that_fits,
    is_internal_id,
    is_nip,
    is_nip_vat_ue,
    is_peppol_id,
    is_pesel,
    ksef_number_nip,
    nip_check_digit,
    nip_defect,
    parse_reference_number,
    pesel_check_digit,
    reference_number,
)
from bridge.credentials.passwords import without_line_ends
from bridge.credentials.secret import Secret
from bridge.credentials.token import clean_token
from bridge.enrolment.names import file_stem
from bridge.ksef.refusals import on_one_line
from bridge.messages.message_catalogue import language_of
from bridge.offline import base64url
from tests.credentials.inspecting import CATALOGUE

some_hundred = settings(max_examples=150, deadline=None, derandomize=True, database=None)
texts = st.text(st.characters(exclude_categories=["Cs"]))
# What looks like numbers, with digits of other scripts and signs that are almost hyphens.
almost_numbers = st.text("0123456789-٣５ABCDEF|–\n ", max_size=40)
WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
nine_digits = st.from_regex(
    re.compile(r"[1-9]((\d[1-9])|([1-9]\d))\d{6}", re.ASCII), fullmatch=True
)


@some_hundred
@given(nine_digits, st.integers(0, 9), st.integers(1, 9))
def test_a_nip_has_one_check_digit_and_one_wrong_digit_shows(
    digits: str, place: int, more: int
) -> None:
    check = sum(int(each) * weight for each, weight in zip(digits, WEIGHTS, strict=True)) % 11
    fitting = [each for each in "0123456789" if is_nip(digits + each)]
    assert fitting == ([str(check)] if check < 10 else [])
    assume(check < 10)
    nip = f"{digits}{check}"
    other = nip[:place] + str((int(nip[place]) + more) % 10) + nip[place + 1 :]
    assert nip_defect(other) in {NipDefect.CHECK_DIGIT, NipDefect.PATTERN}


@some_hundred
@given(st.one_of(almost_numbers, texts))
def test_any_text_is_judged_and_only_digits_make_an_identifier(text: str) -> None:
    taken = [
        *(is_nip(text), is_pesel(text), is_internal_id(text), is_nip_vat_ue(text)),
        *(is_peppol_id(text), has_right_check_byte(text), parse_reference_number(text) is not None),
    ]
    assert text.isascii() or not any(taken)
    assert (nip_defect(text) is None) == is_nip(text)
    assert ksef_number_nip(text) in {None, text[:10]}
    for type_ in ContextType:
        for finding in about_context(ContextIdentifier(type_, text)):
            assert is_internal_id(str(finding.params["expected"]))


@some_hundred
@given(st.from_regex(r"[0-9]{10}", fullmatch=True), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_a_pesel_shows(ten: str, place: int, more: int) -> None:
    pesel = f"{ten}{pesel_check_digit(ten)}"
    assume(is_pesel(pesel))
    assert not is_pesel(pesel[:place] + str((int(pesel[place]) + more) % 10) + pesel[place + 1 :])


@some_hundred
@given(nine_digits, st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_one_last_digit_fits_an_internal_identifier(digits: str, unit: str) -> None:
    check = nip_check_digit(digits)
    assume(check is not None)
    fitting = internal_id_that_fits(f"{digits}{check}-{unit}")
    assert is_internal_id(fitting)
    assert internal_id_that_fits(fitting) == fitting
    assert fitting[:-1] == f"{digits}{check}-{unit}"[:-1]


@some_hundred
@given(
    st.dates(date(1000, 1, 1)),
    st.from_regex(r"[A-Z]{2}", fullmatch=True),
    st.from_regex(r"[0-9A-F]{20}", fullmatch=True),
    st.integers(0, 32),
    st.integers(0, 7),
)
def test_a_reference_number_is_read_as_it_was_made_and_a_wrong_bit_shows(
    day: date, kind: str, random_part: str, place: int, bit: int
) -> None:
    number = reference_number(day, kind, random_part)
    read = parse_reference_number(number)
    assert read is not None
    assert (read.value, read.issued_on, read.kind) == (number, day, kind)
    assert read.check_byte == check_byte(number)
    octets = bytearray(number[:33].encode())
    octets[place] ^= 1 << bit
    assert crc8(bytes(octets)) != crc8(number[:33].encode())


@some_hundred
@given(st.binary(max_size=100), texts)
def test_base64url_has_one_spelling(octets: bytes, text: str) -> None:
    assert base64url.decode(base64url.encode(octets)) == octets
    try:
        decoded = base64url.decode(text)
    except ValueError:
        return
    assert base64url.encode(decoded) == text


@some_hundred
@given(texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean_token(text)
    assert clean_token(cleaned) == cleaned
    line = on_one_line(text)
    assert on_one_line(line) == line
    assert len(line) <= 300
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", line)
    password = without_line_ends(Secret(text))
    assert password == without_line_ends(password)


@some_hundred
@given(texts)
def test_a_file_is_called_what_every_system_takes(text: str) -> None:
    stem = file_stem(text)
    assert re.fullmatch(r"[0-9A-Za-z_-]+", stem)
    assert file_stem(stem) == stem


@some_hundred
@given(st.sampled_from(sorted(CATALOGUE.codes())), st.sampled_from(["pl", "en"]), st.data())
def test_a_text_shows_every_value_as_it_is(code: str, header: str, data: st.DataObject) -> None:
    language = language_of(header)
    placeholders = sorted(CATALOGUE.placeholders(code, language))
    values = st.one_of(texts, st.integers(), st.sampled_from(["{code}", "{file}", "\\1", "…"]))
    params = {each: data.draw(values) for each in placeholders}
    text = CATALOGUE.text(code, language, params)
    for name, value in params.items():
        assert name in CATALOGUE.names or str(value) in text


@some_hundred
@given(texts)
def test_any_header_asks_for_one_of_two_languages(header: str) -> None:
    assert language_of(header) in {"pl", "en"}
