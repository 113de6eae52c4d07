"""What each answer of KSeF means for a login: one table for statuses, exceptions and reasons.

Sources: OpenAPI, `AuthenticationOperationStatusResponse.status`, the 400 tables of the login
operations and `ForbiddenProblemDetails.reasonCode`; pitfalls C.2, C.9-C.13.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bridge.ksef.errors import UnreachableReason
from bridge.ksef.message_codes import MessageCode


@dataclass(frozen=True, slots=True)
class Meaning:
    """A message, and what is to be done; see `refusals.Refusal` for the flags."""

    code: MessageCode
    remember: bool = False
    retry: bool = False
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A status or exception code, one of whose details begins with `detail`, in lower case.

    An empty `detail` stands for every other one, and for none.
    """

    ksef_code: int
    detail: str
    meaning: Meaning


def _lasting(code: MessageCode) -> Meaning:
    return Meaning(code, remember=True)


def _passing(code: MessageCode) -> Meaning:
    return Meaning(code, retry=True)


_CERTIFICATE_DETAILS = (
    ("nieważny certyfikat", _lasting(MessageCode.CERTIFICATE_NOT_VALID)),
    ("błąd weryfikacji łańcucha", _lasting(MessageCode.CERTIFICATE_CHAIN_NOT_VERIFIED)),
    ("niezaufany łańcuch", _lasting(MessageCode.CERTIFICATE_CHAIN_UNTRUSTED)),
    ("certyfikat odwołany", _lasting(MessageCode.CERTIFICATE_REVOKED)),
    ("certyfikat zawieszony", _lasting(MessageCode.CERTIFICATE_SUSPENDED)),
    ("niepoprawny certyfikat", _lasting(MessageCode.CERTIFICATE_REJECTED)),
    ("", _lasting(MessageCode.CERTIFICATE_REJECTED)),
)

STATUSES: tuple[Answer, ...] = (
    # These two are no refusals; they have words for whoever watches a login.
    Answer(100, "", _passing(MessageCode.AUTHENTICATION_IN_PROGRESS)),
    Answer(200, "", Meaning(MessageCode.AUTHENTICATION_SUCCESSFUL)),
    # 400 stands in the examples of the OpenAPI file in place of 460.
    *(Answer(400, detail, meaning) for detail, meaning in _CERTIFICATE_DETAILS),
    Answer(415, "", _lasting(MessageCode.NO_PERMISSIONS)),
    Answer(425, "", _passing(MessageCode.AUTHENTICATION_REVOKED)),
    # In Polish, and in English as some were before API 2.6.1.
    Answer(450, "nieprawidłowe wyzwanie", _passing(MessageCode.CHALLENGE_REJECTED)),
    Answer(450, "invalid challenge", _passing(MessageCode.CHALLENGE_REJECTED)),
    Answer(450, "nieprawidłowy czas tokena", _passing(MessageCode.TOKEN_TIME_REJECTED)),
    Answer(450, "invalid timestamp", _passing(MessageCode.TOKEN_TIME_REJECTED)),
    Answer(450, "invalid token timestamp", _passing(MessageCode.TOKEN_TIME_REJECTED)),
    Answer(450, "nieprawidłowe szyfrowanie", _lasting(MessageCode.TOKEN_ENCRYPTION_REJECTED)),
    Answer(450, "invalid token encryption", _lasting(MessageCode.TOKEN_ENCRYPTION_REJECTED)),
    Answer(450, "nieprawidłowe kodowanie", _lasting(MessageCode.TOKEN_ENCODING_REJECTED)),
    Answer(450, "invalid token encoding", _lasting(MessageCode.TOKEN_ENCODING_REJECTED)),
    Answer(450, "token unieważniony", _lasting(MessageCode.TOKEN_REVOKED)),
    Answer(450, "token revoked", _lasting(MessageCode.TOKEN_REVOKED)),
    Answer(450, "token nieaktywny", _lasting(MessageCode.TOKEN_INACTIVE)),
    Answer(450, "token inactive", _lasting(MessageCode.TOKEN_INACTIVE)),
    Answer(450, "token nie może być użyty", _lasting(MessageCode.TOKEN_OF_ANOTHER_CONTEXT)),
    Answer(450, "nieprawidłowy token", _lasting(MessageCode.TOKEN_UNKNOWN)),
    Answer(450, "invalid token", _lasting(MessageCode.TOKEN_UNKNOWN)),
    Answer(450, "", _lasting(MessageCode.TOKEN_REJECTED)),
    *(Answer(460, detail, meaning) for detail, meaning in _CERTIFICATE_DETAILS),
    Answer(470, "", _lasting(MessageCode.PERSON_DECEASED)),
    Answer(480, "", Meaning(MessageCode.CONTEXT_BLOCKED, remember=True, stops=True)),
    Answer(500, "", _passing(MessageCode.INTERNAL_ERROR)),
    Answer(550, "", _passing(MessageCode.AUTHENTICATION_CANCELLED)),
)
"""`status.code` of a login with its details. The first one that fits counts."""

EXCEPTIONS: tuple[Answer, ...] = (
    Answer(9101, "", _lasting(MessageCode.DOCUMENT_REJECTED)),
    Answer(9102, "", _lasting(MessageCode.SIGNATURE_MISSING)),
    Answer(9103, "", _lasting(MessageCode.SIGNATURES_TOO_MANY)),
    Answer(9105, "", _lasting(MessageCode.SIGNATURE_REJECTED)),
    Answer(21001, "", _lasting(MessageCode.DOCUMENT_UNREADABLE)),
    Answer(21111, "", _passing(MessageCode.CHALLENGE_REJECTED)),
    Answer(21115, "", _lasting(MessageCode.CERTIFICATE_REJECTED)),
    Answer(21117, "", _lasting(MessageCode.SUBJECT_NOT_FOR_CONTEXT)),
    Answer(21217, "", _lasting(MessageCode.DOCUMENT_ENCODING_REJECTED)),
    Answer(21301, "tokeny dla operacji", _passing(MessageCode.TOKENS_ALREADY_REDEEMED)),
    Answer(21301, "token ksef został unieważniony", _lasting(MessageCode.TOKEN_REVOKED)),
    # "Status uwierzytelniania (…) nie pozwala na pobranie tokenów", or on refreshing one.
    Answer(21301, "", _passing(MessageCode.SESSION_NOT_USABLE)),
    Answer(21304, "", _passing(MessageCode.AUTHENTICATION_UNKNOWN)),
    Answer(21308, "", _lasting(MessageCode.PERSON_DECEASED)),
    Answer(21401, "", _lasting(MessageCode.DOCUMENT_AGAINST_SCHEMA)),
    Answer(21405, "", _lasting(MessageCode.REQUEST_REJECTED)),
    Answer(21406, "", _lasting(MessageCode.SIGNATURE_CONFLICT)),
    Answer(21418, "", _passing(MessageCode.CONTINUATION_REJECTED)),
    Answer(21470, "", _passing(MessageCode.PUBLIC_KEY_REJECTED)),
)
"""Codes of 400 with their details. The first one that fits counts."""

REASONS: Mapping[str, Meaning] = {
    "missing-permissions": Meaning(MessageCode.PERMISSIONS_MISSING),
    "ip-not-allowed": Meaning(MessageCode.IP_NOT_ALLOWED),
    "insufficient-resource-access": Meaning(MessageCode.RESOURCE_NOT_ACCESSIBLE),
    "auth-method-not-allowed": Meaning(MessageCode.METHOD_NOT_ALLOWED),
    # KSeF blocked a request from an address (it names the two), not a context as 480 does: who asks
    # pauses as after any refusal, and nobody else in the context is stopped.
    "security-service-blocked": _lasting(MessageCode.SECURITY_BLOCKED),
    "context-type-not-allowed": Meaning(MessageCode.CONTEXT_TYPE_NOT_ALLOWED),
}
"""`reasonCode` of 403."""

UNREACHABLE: Mapping[UnreachableReason, MessageCode] = {
    UnreachableReason.CERTIFICATE_NOT_TRUSTED: MessageCode.SERVER_NOT_TRUSTED,
    UnreachableReason.PROXY_FAILED: MessageCode.PROXY_FAILED,
}
"""Why there was no answer, where that has words of its own."""


def meaning_of(answers: Iterable[Answer], ksef_code: int, details: Iterable[str]) -> Meaning | None:
    """The meaning of a code with these details; None when the code is not in the table."""
    said = [detail.strip().casefold() for detail in details]
    for answer in answers:
        if answer.ksef_code == ksef_code and (
            not answer.detail or any(detail.startswith(answer.detail) for detail in said)
        ):
            return answer.meaning
    return None
