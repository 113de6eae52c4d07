"""Reading a KSeF token without calling KSeF.

A token is `reference number|context|secret` (OpenAPI 2.6.0, `POST /tokens`): a reference number of
kind EC, `nip-` or `internalId-` with its value, 64 lower-case hex digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bridge.credentials.codes import TokenCode
from bridge.credentials.context import ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.findings import TOKEN, Finding, Severity, has_errors
from bridge.credentials.identifiers import (
    NIP_LENGTH,
    NipDefect,
    ReferenceNumber,
    check_byte,
    internal_id_nip,
    internal_id_that_fits,
    is_internal_id,
    is_nip,
    nip_defect,
    parse_reference_number,
)
from bridge.credentials.secret import Secret
from bridge.credentials.token_validity import TokenValidity

_KIND = "EC"
_SECRET_LENGTH = 64
_LOWER_CASE_HEX = re.compile(r"[0-9a-f]+")
_KSEF_1_TOKEN = re.compile(r"[0-9A-Fa-f]{64}")
_CONTEXT_TYPES = {"nip": ContextType.NIP, "internalId": ContextType.INTERNAL_ID}
_WELL_FORMED = {ContextType.NIP: is_nip, ContextType.INTERNAL_ID: is_internal_id}
# Shown as nothing, though Unicode calls them letters or symbols.
_BLANK = "\u115f\u1160\u2800"
_MINUS = "\u2212"
# Without quotes, brackets and stops around it; a "|" or "-" there tells that a part is missing.
_WITHIN = re.compile(r"[0-9A-Za-z|-](?:.*[0-9A-Za-z|-])?", re.DOTALL)
# A value that is shown holds only these, so that a secret in the wrong place is not.
_SHOWN_VALUE = re.compile(r"[0-9-]{1,20}")


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What a token tells about itself; a part that cannot be read is None."""

    reference_number: str | None
    issued_on: date | None
    context_type: ContextType | None
    context_value: str | None


@dataclass(frozen=True, slots=True)
class TokenInspection:
    """The answer about a token; `token` is the cleaned one, absent when a finding is an error."""

    facts: TokenFacts | None
    findings: tuple[Finding, ...]
    token: Secret | None


def inspect_token(
    text: str,
    *,
    environment: Environment,
    nip: str | None,
    internal_id: str | None,
    today: date,
    validity: TokenValidity,
) -> TokenInspection:
    """Judge a token as it was pasted.

    `nip` and `internal_id` are those of the profile; the token is compared with the internal
    identifier when there is one, else with the NIP, else with nothing. A token does not show its
    environment, so `environment` gives rise to no finding.
    """
    cleaned = clean_token(text)
    parts = cleaned.split("|")
    if len(parts) != 3:
        return TokenInspection(None, (_not_a_token(cleaned, len(parts)),), None)
    number_text, context, secret = parts
    number = parse_reference_number(number_text)
    context_type, value = _read_context(context)
    findings = (
        *_about_cleaning(text, cleaned),
        *_about_reference_number(number, today),
        *_about_context(context_type, value),
        *_about_secret(secret),
        *_about_profile(context_type, value, nip or None, internal_id or None),
        validity.finding(today),
    )
    facts = TokenFacts(
        reference_number=number.value if number else None,
        issued_on=number.issued_on if number else None,
        context_type=context_type,
        context_value=value if context_type and _SHOWN_VALUE.fullmatch(value) else None,
    )
    return TokenInspection(facts, findings, None if has_errors(findings) else Secret(cleaned))


def clean_token(text: str) -> str:
    """The text without anything that a paste adds.

    Blanks, line ends and invisible characters go, and the quotes, brackets and stops around it.
    Hyphens are put where a word processor made dashes of them, and letters where a PDF file has
    ligatures or full-width forms.
    """
    plain = unicodedata.normalize("NFKC", text)
    visible = (
        each for each in plain if unicodedata.category(each)[0] not in "CZM" and each not in _BLANK
    )
    within = _WITHIN.search("".join(map(_with_hyphen, visible)))
    return within[0] if within else ""


def _with_hyphen(character: str) -> str:
    is_dash = unicodedata.category(character) == "Pd" or character == _MINUS
    return "-" if is_dash else character


def _about_cleaning(text: str, cleaned: str) -> Iterator[Finding]:
    """Blanks, and line ends around it, belong to any paste; line ends inside tell of wrapping."""
    if len(text.strip().splitlines()) > 1:
        yield Finding(TokenCode.LINE_BREAKS, Severity.INFO, TOKEN)
    if "".join(text.split()) != cleaned:
        yield Finding(TokenCode.CLEANED, Severity.INFO, TOKEN)


def _not_a_token(cleaned: str, parts: int) -> Finding:
    if not cleaned:
        return _error(TokenCode.EMPTY)
    if _KSEF_1_TOKEN.fullmatch(cleaned):
        return _error(TokenCode.OF_KSEF_1)
    return _error(TokenCode.PARTS, found=parts, expected=3)


def _read_context(context: str) -> tuple[ContextType | None, str]:
    prefix, _, value = context.partition("-")
    return _CONTEXT_TYPES.get(prefix), value


def _about_reference_number(number: ReferenceNumber | None, today: date) -> Iterator[Finding]:
    if number is None:
        yield _error(TokenCode.REFERENCE_NUMBER_MALFORMED)
        return
    if number.kind != _KIND:
        yield _warning(TokenCode.KIND_UNEXPECTED, found=number.kind, expected=_KIND)
    if number.issued_on is None:
        yield _warning(TokenCode.DATE_IMPOSSIBLE, found=number.value[:8])
    elif number.issued_on > today:
        yield _warning(TokenCode.DATE_IN_FUTURE, date=number.issued_on.isoformat())
    expected = check_byte(number.value)
    if number.check_byte != expected:
        yield _warning(TokenCode.CHECK_BYTE, found=number.check_byte, expected=expected)


def _about_context(context_type: ContextType | None, value: str) -> Iterator[Finding]:
    if context_type is None:
        yield _error(TokenCode.CONTEXT_TYPE_UNKNOWN)
    elif context_type is ContextType.NIP:
        yield from _about_nip(value)
    else:
        yield from _about_internal_id(value)


def _about_nip(value: str) -> Iterator[Finding]:
    match nip_defect(value):
        case NipDefect.NOT_DIGITS:
            yield _error(TokenCode.NIP_NOT_DIGITS)
        case NipDefect.LENGTH:
            yield _error(TokenCode.NIP_LENGTH, found=len(value), expected=NIP_LENGTH)
        case NipDefect.PATTERN:
            yield _error(TokenCode.NIP_MALFORMED, found=value)
        case NipDefect.CHECK_DIGIT:
            yield _error(TokenCode.NIP_CHECK_DIGIT, found=value)


def _about_internal_id(value: str) -> Iterator[Finding]:
    nip = internal_id_nip(value)
    if nip is None:
        yield _error(TokenCode.INTERNAL_ID_MALFORMED)
    elif not is_nip(nip):
        yield _error(TokenCode.INTERNAL_ID_NIP, found=nip)
    elif (fitting := internal_id_that_fits(value)) != value:
        yield _warning(TokenCode.INTERNAL_ID_CHECK_DIGIT, found=value, expected=fitting)


def _about_secret(secret: str) -> Iterator[Finding]:
    if len(secret) != _SECRET_LENGTH:
        yield _error(TokenCode.SECRET_LENGTH, found=len(secret), expected=_SECRET_LENGTH)
    elif not _LOWER_CASE_HEX.fullmatch(secret):
        yield _error(TokenCode.SECRET_CHARACTERS)


def _about_profile(
    context_type: ContextType | None, value: str, nip: str | None, internal_id: str | None
) -> Iterator[Finding]:
    """Only a well-formed value is compared, so that one mistake gives one error."""
    expected = internal_id or nip
    if context_type is None or expected is None or not _WELL_FORMED[context_type](value):
        return
    is_of_unit = context_type is ContextType.INTERNAL_ID
    if internal_id and not is_of_unit:
        yield _error(TokenCode.NOT_OF_UNIT, found=value, expected=internal_id)
    elif is_of_unit and not internal_id:
        yield _error(TokenCode.NOT_OF_COMPANY, found=value, expected=expected)
    elif value != expected:
        code = TokenCode.INTERNAL_ID_MISMATCH if is_of_unit else TokenCode.NIP_MISMATCH
        yield _error(code, found=value, expected=expected)


def _error(code: TokenCode, **params: str | int) -> Finding:
    return Finding(code, Severity.ERROR, TOKEN, params)


def _warning(code: TokenCode, **params: str | int) -> Finding:
    return Finding(code, Severity.WARNING, TOKEN, params)
