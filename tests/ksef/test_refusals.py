"""What KSeF's answers are taken to mean."""

from __future__ import annotations

import pytest

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.ksef.contract import Identifier, StatusInfo
from bridge.ksef.errors import (
    AuthenticationFailed,
    ClientIpNotIpv4,
    KsefAnswerUnreadable,
    KsefError,
    KsefErrorDetail,
    KsefForbidden,
    KsefGone,
    KsefRateLimited,
    KsefRefused,
    KsefUnauthorized,
    KsefUnavailable,
    KsefUnreachable,
    NoUsablePublicKey,
    Operation,
    UnreachableReason,
)
from bridge.ksef.meanings import EXCEPTIONS as EXCEPTION_TABLE
from bridge.ksef.meanings import REASONS as REASON_TABLE
from bridge.ksef.meanings import STATUSES as STATUS_TABLE
from bridge.ksef.meanings import Answer
from bridge.ksef.refusals import Signer, refusal_of

OPERATION = Operation("GET", "/auth/{referenceNumber}")
REMEMBER, RETRY = "remember", "retry"


def status(code: int, *details: str) -> AuthenticationFailed:
    return AuthenticationFailed(OPERATION, StatusInfo(code, "Opis", details))


def refused(code: int, *details: str) -> KsefRefused:
    return KsefRefused(OPERATION, (KsefErrorDetail(code, "Opis", details),))


STATUSES = [
    (100, "", "ksef-authentication-in-progress", RETRY),
    (200, "", "ksef-authentication-successful", ""),
    (415, "Brak przypisanych uprawnień", "ksef-no-permissions", REMEMBER),
    (425, "Uwierzytelnienie i powiązane refresh tokeny…", "ksef-authentication-revoked", RETRY),
    (450, "Nieprawidłowe wyzwanie autoryzacyjne", "ksef-challenge-rejected", RETRY),
    (450, "Invalid challenge.", "ksef-challenge-rejected", RETRY),
    (450, "Nieprawidłowy token", "ksef-token-unknown", REMEMBER),
    (450, "Nieprawidłowy token.", "ksef-token-unknown", REMEMBER),
    (450, "Invalid token.", "ksef-token-unknown", REMEMBER),
    (450, "Nieprawidłowy czas tokena", "ksef-token-time-rejected", RETRY),
    (450, "invalid timestamp", "ksef-token-time-rejected", RETRY),
    (450, "Invalid token timestamp.", "ksef-token-time-rejected", RETRY),
    (450, "Token unieważniony", "ksef-token-revoked", REMEMBER),
    (450, "Token revoked.", "ksef-token-revoked", REMEMBER),
    (450, "Token nieaktywny", "ksef-token-inactive", REMEMBER),
    (450, "Token inactive.", "ksef-token-inactive", REMEMBER),
    (450, "Nieprawidłowe szyfrowanie tokena", "ksef-token-encryption-rejected", REMEMBER),
    (450, "Invalid token encryption.", "ksef-token-encryption-rejected", REMEMBER),
    (450, "Nieprawidłowe kodowanie tokena", "ksef-token-encoding-rejected", REMEMBER),
    (450, "Invalid token encoding.", "ksef-token-encoding-rejected", REMEMBER),
    (
        450,
        "Token nie może być użyty w kontekście Nip: 5265877635",
        "ksef-token-of-another-context",
        REMEMBER,
    ),
    (450, "Coś nowego", "ksef-token-rejected", REMEMBER),
    (460, "Nieważny certyfikat", "ksef-certificate-not-valid", REMEMBER),
    (
        460,
        "Błąd weryfikacji łańcucha certyfikatów",
        "ksef-certificate-chain-not-verified",
        REMEMBER,
    ),
    (460, "Niezaufany łańcuch certyfikatów", "ksef-certificate-chain-untrusted", REMEMBER),
    (460, "Certyfikat odwołany", "ksef-certificate-revoked", REMEMBER),
    (460, "Certyfikat zawieszony", "ksef-certificate-suspended", REMEMBER),
    (460, "Niepoprawny certyfikat", "ksef-certificate-rejected", REMEMBER),
    (460, "Coś nowego", "ksef-certificate-rejected", REMEMBER),
    (400, "Nieważny certyfikat.", "ksef-certificate-not-valid", REMEMBER),
    (
        400,
        "Błąd weryfikacji łańcucha certyfikatów.",
        "ksef-certificate-chain-not-verified",
        REMEMBER,
    ),
    (400, "Niezaufany łańcuch certyfikatów.", "ksef-certificate-chain-untrusted", REMEMBER),
    (400, "Certyfikat odwołany.", "ksef-certificate-revoked", REMEMBER),
    (400, "Certyfikat zawieszony.", "ksef-certificate-suspended", REMEMBER),
    (400, "Niepoprawny certyfikat.", "ksef-certificate-rejected", REMEMBER),
    (400, "", "ksef-certificate-rejected", REMEMBER),
    (470, "Próba wykorzystania metod autoryzacyjnych…", "ksef-person-deceased", REMEMBER),
    (480, "Podejrzenie incydentu bezpieczeństwa…", "ksef-context-blocked", REMEMBER),
    (500, "", "ksef-internal-error", RETRY),
    (550, "Spróbuj ponownie", "ksef-authentication-cancelled", RETRY),
    (999, "Coś nowego", "ksef-refused", REMEMBER),
]

EXCEPTIONS = [
    (9101, "", "ksef-document-rejected", REMEMBER),
    (9102, "", "ksef-signature-missing", REMEMBER),
    (9103, "", "ksef-signatures-too-many", REMEMBER),
    (9105, "", "ksef-signature-rejected", REMEMBER),
    (21001, "", "ksef-document-unreadable", REMEMBER),
    (21111, "", "ksef-challenge-rejected", RETRY),
    (21115, "", "ksef-certificate-rejected", REMEMBER),
    (21117, "", "ksef-subject-not-for-context", REMEMBER),
    (21217, "", "ksef-document-encoding-rejected", REMEMBER),
    (21301, "Tokeny dla operacji uwierzytelniania 2026… zostały już pobrane.",
     "ksef-tokens-already-redeemed", RETRY),
    (21301, "Status uwierzytelniania (100) nie pozwala na pobranie tokenów.",
     "ksef-session-not-usable", RETRY),
    (21301, "Status uwierzytelniania (425) nie pozwala na odświeżenie tokenu dostępowego.",
     "ksef-session-not-usable", RETRY),
    (21301, "Token KSeF został unieważniony.", "ksef-token-revoked", REMEMBER),
    (21304, "", "ksef-authentication-unknown", RETRY),
    (21308, "", "ksef-person-deceased", REMEMBER),
    (21401, "", "ksef-document-against-schema", REMEMBER),
    (21405, "", "ksef-request-rejected", REMEMBER),
    (21406, "", "ksef-signature-conflict", REMEMBER),
    (21418, "", "ksef-continuation-rejected", RETRY),
    (21470, "", "ksef-public-key-rejected", RETRY),
    (12345, "", "ksef-refused", ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "detail", "expected", "then"), STATUSES)
def test_statuses(code: int, detail: str, expected: str, then: str) -> None:
    refusal = refusal_of(status(code, detail))
    assert (refusal.code, refusal.ksef_code) == (expected, code)
    assert (refusal.remember, refusal.retry) == (then == REMEMBER, then == RETRY)
    assert refusal.stops is (code == 480)


@pytest.mark.parametrize(("code", "detail", "expected", "then"), EXCEPTIONS)
def test_exceptions(code: int, detail: str, expected: str, then: str) -> None:
    refusal = refusal_of(refused(code, detail))
    assert (refusal.code, refusal.ksef_code) == (expected, code)
    assert (refusal.remember, refusal.retry) == (then == REMEMBER, then == RETRY)
    assert not refusal.stops


def fits(answer: Answer, code: int, detail: str) -> bool:
    return answer.ksef_code == code and detail.casefold().startswith(answer.detail)


@pytest.mark.parametrize(
    ("table", "cases"), [(STATUS_TABLE, STATUSES), (EXCEPTION_TABLE, EXCEPTIONS)]
)
def test_every_row_of_the_tables_is_tested_here(
    table: tuple[Answer, ...], cases: list[tuple[int, str, str, str]]
) -> None:
    first_that_fits = [
        next((row for row in table if fits(row, code, detail)), None)
        for code, detail, _, _ in cases
    ]
    assert [row for row in table if row not in first_that_fits] == []


def test_every_documented_code_has_a_meaning() -> None:
    statuses = {100, 200, 400, 415, 425, 450, 460, 470, 480, 500, 550}
    exceptions = {
        *(9101, 9102, 9103, 9105, 21001, 21111, 21115, 21117, 21217, 21301, 21304, 21308),
        *(21401, 21405, 21406, 21418, 21470),
    }
    assert {row.ksef_code for row in STATUS_TABLE} == statuses
    assert {row.ksef_code for row in EXCEPTION_TABLE} == exceptions
    assert "ksef-refused" not in {row.meaning.code for row in STATUS_TABLE + EXCEPTION_TABLE}


def test_a_refusal_without_errors_keeps_its_http_status() -> None:
    refusal = refusal_of(KsefRefused(OPERATION, (), http_status=404))
    assert (refusal.code, refusal.ksef_code) == ("ksef-refused", 404)
    assert refusal.params["ksefCode"] == 404


def test_a_status_without_details_is_still_understood() -> None:
    assert refusal_of(status(450)).code == "ksef-token-rejected"
    assert refusal_of(status(460)).code == "ksef-certificate-rejected"


def test_the_known_one_of_several_errors_counts() -> None:
    errors = (KsefErrorDetail(12345, "?"), KsefErrorDetail(21115, "Nieprawidłowy certyfikat."))
    assert refusal_of(KsefRefused(OPERATION, errors)).code == "ksef-certificate-rejected"
    assert refusal_of(KsefRefused(OPERATION, ())).code == "ksef-refused"


def test_ksefs_own_words_are_kept_on_one_line() -> None:
    words = refusal_of(refused(21401, "linia 1\r\nlinia 2\x1b[31m.", "x" * 1000)).params
    assert words["ksefCode"] == 21401
    description = str(words["description"])
    assert description.startswith("Opis: linia 1 linia 2 [31m: x")
    assert len(description) == 300


def test_a_lack_of_rights_names_who_lacks_them_where() -> None:
    signer = Signer(
        Identifier("Pesel", "88102341294"),
        ContextIdentifier(ContextType.INTERNAL_ID, "5265877635-12346"),
    )
    refusal = refusal_of(status(415, "Brak przypisanych uprawnień"), signer)
    assert refusal.code == "ksef-no-permissions-of-subject"
    assert refusal.params == {
        "identifierType": "Pesel",
        "identifierValue": "88102341294",
        "contextType": "InternalId",
        "contextValue": "5265877635-12346",
    }
    assert refusal_of(status(480), signer).code == "ksef-context-blocked"


@pytest.mark.parametrize(
    ("reason", "security", "expected", "params"),
    [
        (
            "missing-permissions",
            {"requiredAnyOfPermissions": ["InvoiceRead", "InvoiceWrite"], "presentPermissions": []},
            "ksef-permissions-missing",
            {"required": "InvoiceRead, InvoiceWrite", "present": "-"},
        ),
        (
            "ip-not-allowed",
            {"clientIp": "192.0.2.1"},
            "ksef-ip-not-allowed",
            {"clientIp": "192.0.2.1"},
        ),
        ("insufficient-resource-access", {}, "ksef-resource-not-accessible", {}),
        (
            "auth-method-not-allowed",
            {"authenticationMethodCategory": "Token"},
            "ksef-method-not-allowed",
            {},
        ),
        (
            "security-service-blocked",
            {"incidentId": "i-1", "clientIp": "192.0.2.1"},
            "ksef-security-blocked",
            {"incidentId": "i-1", "clientIp": "192.0.2.1"},
        ),
        ("context-type-not-allowed", {}, "ksef-context-type-not-allowed", {}),
        ("something-new", {}, "ksef-forbidden", {"reason": "something-new"}),
        ("", {"requiredAnyOfPermissions": "?", "clientIp": 7}, "ksef-forbidden", {"reason": "-"}),
        (
            None,
            {"incidentId": "i-2", "clientIp": "192.0.2.2"},
            "ksef-security-blocked",
            {"incidentId": "i-2", "clientIp": "192.0.2.2"},
        ),
        (None, {}, "ksef-forbidden-without-reason", {}),
        (None, {"clientIp": "192.0.2.2"}, "ksef-forbidden-without-reason", {}),
    ],
)
def test_forbidden(
    reason: str | None, security: dict[str, object], expected: str, params: dict[str, str]
) -> None:
    refusal = refusal_of(KsefForbidden(OPERATION, reason, security))
    assert refusal.code == expected
    assert params.items() <= refusal.params.items()
    assert not refusal.stops
    # What KSeF's security blocked is not to be repeated; the rest may be mended any moment.
    assert refusal.remember is (expected == "ksef-security-blocked")


def test_every_reason_is_known() -> None:
    assert set(REASON_TABLE) == {
        "missing-permissions",
        "ip-not-allowed",
        "insufficient-resource-access",
        "auth-method-not-allowed",
        "security-service-blocked",
        "context-type-not-allowed",
    }


WHAT_PASSES = [
    (KsefUnauthorized(OPERATION), "ksef-unauthorized"),
    (KsefGone(OPERATION), "ksef-gone"),
    (KsefUnavailable(OPERATION, 503, 5), "ksef-unavailable"),
    (KsefRateLimited(OPERATION, 7), "ksef-rate-limited"),
    (KsefRateLimited(OPERATION, 7, request_sent=False), "ksef-rate-limited"),
    (KsefAnswerUnreadable(OPERATION, "not JSON", 200), "ksef-answer-unreadable"),
    (NoUsablePublicKey(OPERATION, "KsefTokenEncryption"), "ksef-public-key-missing"),
]
PASSING = [error for error, _ in WHAT_PASSES]


@pytest.mark.parametrize(("error", "expected"), WHAT_PASSES)
def test_what_passes(error: KsefError, expected: str) -> None:
    refusal = refusal_of(error)
    assert refusal.code == expected
    assert refusal.retry
    assert not refusal.remember


@pytest.mark.parametrize("reason", UnreachableReason)
def test_unreachable(reason: UnreachableReason) -> None:
    special = {
        UnreachableReason.CERTIFICATE_NOT_TRUSTED: "ksef-server-not-trusted",
        UnreachableReason.PROXY_FAILED: "ksef-proxy-failed",
    }
    refusal = refusal_of(KsefUnreachable(OPERATION, reason, request_sent=False))
    assert refusal.code == special.get(reason, "ksef-unreachable")


def test_an_address_that_cannot_be_bound_is_shown() -> None:
    refusal = refusal_of(ClientIpNotIpv4(OPERATION, "2001:db8::1"))
    assert refusal.params == {"clientIp": "2001:db8::1"}
    assert not refusal.retry
