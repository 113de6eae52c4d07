"""What an error of this package means for a login: a message, and whether trying again helps.

Sources: OpenAPI, `AuthenticationOperationStatusResponse.status` and the 400 tables of the login
operations, `ForbiddenProblemDetails.reasonCode`; pitfalls C.2, C.9-C.13.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bridge.credentials.context import ContextIdentifier
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
    UnreachableReason,
)
from bridge.ksef.message_codes import MessageCode

_LONGEST_WORDS = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

Params = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Refusal:
    """`params` fill the message's placeholders.

    `ksef_code`: KSeF's status or exception code, or the HTTP status where it gave none.
    `remember`: the same credential will be refused again until somebody changes something.
    `retry`: a new attempt, from a new challenge, may succeed.
    """

    code: MessageCode
    params: Params = field(default_factory=dict)
    ksef_code: int | None = None
    remember: bool = False
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Signer:
    """Whom a certificate stands for (NIP, PESEL or fingerprint), and the context it logs in to."""

    identifier: Identifier
    context: ContextIdentifier


@dataclass(frozen=True, slots=True)
class _Meaning:
    code: MessageCode
    remember: bool = False
    retry: bool = False


def _lasting(code: MessageCode) -> _Meaning:
    return _Meaning(code, remember=True)


def _passing(code: MessageCode) -> _Meaning:
    return _Meaning(code, retry=True)


_Details = tuple[tuple[str, _Meaning], ...]

_TOKEN_DETAILS: _Details = (
    ("nieprawidłowe wyzwanie", _passing(MessageCode.CHALLENGE_REJECTED)),
    ("invalid challenge", _passing(MessageCode.CHALLENGE_REJECTED)),
    ("nieprawidłowy czas tokena", _passing(MessageCode.TOKEN_TIME_REJECTED)),
    ("invalid timestamp", _passing(MessageCode.TOKEN_TIME_REJECTED)),
    ("invalid token timestamp", _passing(MessageCode.TOKEN_TIME_REJECTED)),
    ("nieprawidłowe szyfrowanie tokena", _lasting(MessageCode.TOKEN_ENCRYPTION_REJECTED)),
    ("invalid token encryption", _lasting(MessageCode.TOKEN_ENCRYPTION_REJECTED)),
    ("nieprawidłowe kodowanie tokena", _lasting(MessageCode.TOKEN_ENCODING_REJECTED)),
    ("invalid token encoding", _lasting(MessageCode.TOKEN_ENCODING_REJECTED)),
    ("token unieważniony", _lasting(MessageCode.TOKEN_REVOKED)),
    ("token revoked", _lasting(MessageCode.TOKEN_REVOKED)),
    ("token nieaktywny", _lasting(MessageCode.TOKEN_INACTIVE)),
    ("token inactive", _lasting(MessageCode.TOKEN_INACTIVE)),
    ("token nie może być użyty w kontekście", _lasting(MessageCode.TOKEN_OF_ANOTHER_CONTEXT)),
    ("nieprawidłowy token", _lasting(MessageCode.TOKEN_UNKNOWN)),
    ("invalid token", _lasting(MessageCode.TOKEN_UNKNOWN)),
)
"""How 450's details begin, in Polish and as they were before API 2.6.1; the first one counts."""

_CERTIFICATE_DETAILS: _Details = (
    ("nieważny certyfikat", _lasting(MessageCode.CERTIFICATE_NOT_VALID)),
    ("błąd weryfikacji łańcucha", _lasting(MessageCode.CERTIFICATE_CHAIN_NOT_VERIFIED)),
    ("niezaufany łańcuch", _lasting(MessageCode.CERTIFICATE_CHAIN_UNTRUSTED)),
    ("certyfikat odwołany", _lasting(MessageCode.CERTIFICATE_REVOKED)),
    ("certyfikat zawieszony", _lasting(MessageCode.CERTIFICATE_SUSPENDED)),
    ("niepoprawny certyfikat", _lasting(MessageCode.CERTIFICATE_REJECTED)),
)

_STATUS_DETAILS: Mapping[int, _Details] = {
    # 400 stands in the examples of the OpenAPI file in place of 460.
    400: _CERTIFICATE_DETAILS,
    450: _TOKEN_DETAILS,
    460: _CERTIFICATE_DETAILS,
}

_STATUSES: Mapping[int, _Meaning] = {
    400: _lasting(MessageCode.CERTIFICATE_REJECTED),
    415: _lasting(MessageCode.NO_PERMISSIONS),
    425: _passing(MessageCode.AUTHENTICATION_REVOKED),
    450: _lasting(MessageCode.TOKEN_REJECTED),
    460: _lasting(MessageCode.CERTIFICATE_REJECTED),
    470: _lasting(MessageCode.PERSON_DECEASED),
    480: _lasting(MessageCode.CONTEXT_BLOCKED),
    500: _passing(MessageCode.INTERNAL_ERROR),
    550: _passing(MessageCode.AUTHENTICATION_CANCELLED),
}

_EXCEPTION_DETAILS: Mapping[int, _Details] = {
    21301: (
        ("token ksef został unieważniony", _lasting(MessageCode.TOKEN_REVOKED)),
        ("tokeny dla operacji", _passing(MessageCode.TOKENS_ALREADY_REDEEMED)),
    ),
}

_EXCEPTIONS: Mapping[int, _Meaning] = {
    9101: _lasting(MessageCode.DOCUMENT_REJECTED),
    9102: _lasting(MessageCode.SIGNATURE_REJECTED),
    9103: _lasting(MessageCode.SIGNATURE_REJECTED),
    9105: _lasting(MessageCode.SIGNATURE_REJECTED),
    21001: _lasting(MessageCode.DOCUMENT_REJECTED),
    21111: _passing(MessageCode.CHALLENGE_REJECTED),
    21115: _lasting(MessageCode.CERTIFICATE_REJECTED),
    21117: _lasting(MessageCode.SUBJECT_NOT_FOR_CONTEXT),
    21217: _lasting(MessageCode.DOCUMENT_REJECTED),
    21301: _passing(MessageCode.SESSION_NOT_USABLE),
    21304: _passing(MessageCode.AUTHENTICATION_UNKNOWN),
    21308: _lasting(MessageCode.PERSON_DECEASED),
    21401: _lasting(MessageCode.DOCUMENT_REJECTED),
    21405: _lasting(MessageCode.REQUEST_REJECTED),
    21406: _lasting(MessageCode.SIGNATURE_CONFLICT),
    21470: _passing(MessageCode.PUBLIC_KEY_REJECTED),
}

_REASON_CODES: Mapping[str | None, MessageCode] = {
    "missing-permissions": MessageCode.PERMISSIONS_MISSING,
    "ip-not-allowed": MessageCode.IP_NOT_ALLOWED,
    "insufficient-resource-access": MessageCode.RESOURCE_NOT_ACCESSIBLE,
    "auth-method-not-allowed": MessageCode.METHOD_NOT_ALLOWED,
    "security-service-blocked": MessageCode.SECURITY_BLOCKED,
    "context-type-not-allowed": MessageCode.CONTEXT_TYPE_NOT_ALLOWED,
}

_UNREACHABLE: Mapping[UnreachableReason, MessageCode] = {
    UnreachableReason.CERTIFICATE_NOT_TRUSTED: MessageCode.SERVER_NOT_TRUSTED,
    UnreachableReason.PROXY_FAILED: MessageCode.PROXY_FAILED,
}


def refusal_of(error: KsefError, signer: Signer | None = None) -> Refusal:
    """The meaning of `error`; with `signer`, a lack of rights names who lacks them where."""
    match error:
        case AuthenticationFailed(status=status):
            return _of_status(status, signer)
        case KsefRefused(errors=errors):
            return _of_errors(errors)
        case KsefForbidden():
            return _of_forbidden(error)
        case KsefUnauthorized():
            return Refusal(MessageCode.UNAUTHORIZED, ksef_code=401, retry=True)
        case KsefGone():
            return Refusal(MessageCode.GONE, ksef_code=410, retry=True)
        case ClientIpNotIpv4(client_ip=client_ip):
            params: Params = {"clientIp": _words(client_ip)}
            return Refusal(MessageCode.CLIENT_IP_NOT_IPV4, params)
    return _of_silence(error)


def _of_status(status: StatusInfo, signer: Signer | None) -> Refusal:
    unknown = _lasting(MessageCode.REFUSED)
    meaning = _meaning_of_details(
        status.details,
        _STATUS_DETAILS.get(status.code, ()),
        _STATUSES.get(status.code, unknown),
    )
    if meaning.code is MessageCode.NO_PERMISSIONS and signer is not None:
        meaning = _lasting(MessageCode.NO_PERMISSIONS_OF_SUBJECT)
        params: Params = {
            "identifierType": signer.identifier.type,
            "identifierValue": signer.identifier.value or "",
            "contextType": signer.context.type.value,
            "contextValue": signer.context.value,
        }
    else:
        params = _params(status.code, status.description, status.details)
    return Refusal(meaning.code, params, status.code, meaning.remember, meaning.retry)


def _of_errors(errors: tuple[KsefErrorDetail, ...]) -> Refusal:
    known = (error for error in errors if error.code in _EXCEPTIONS)
    error = next(known, errors[0] if errors else KsefErrorDetail(400, ""))
    meaning = _meaning_of_details(
        error.details,
        _EXCEPTION_DETAILS.get(error.code, ()),
        _EXCEPTIONS.get(error.code, _Meaning(MessageCode.REFUSED)),
    )
    params = _params(error.code, error.description, error.details)
    return Refusal(meaning.code, params, error.code, meaning.remember, meaning.retry)


def _of_forbidden(error: KsefForbidden) -> Refusal:
    security = error.security
    params: Params = {
        "reason": _words(error.reason_code or "-"),
        "required": _listed(security.get("requiredAnyOfPermissions")),
        "present": _listed(security.get("presentPermissions")),
        "clientIp": _words(security.get("clientIp") or "-"),
        "incidentId": _words(security.get("incidentId") or "-"),
    }
    code = _REASON_CODES.get(error.reason_code, MessageCode.FORBIDDEN)
    return Refusal(code, params, ksef_code=403)


def _of_silence(error: KsefError) -> Refusal:
    """The meaning of an error that is not an answer of KSeF to what was asked."""
    match error:
        case KsefUnreachable(reason=reason):
            code = _UNREACHABLE.get(reason, MessageCode.UNREACHABLE)
        case KsefUnavailable():
            code = MessageCode.UNAVAILABLE
        case KsefRateLimited():
            code = MessageCode.RATE_LIMITED
        case NoUsablePublicKey():
            code = MessageCode.PUBLIC_KEY_MISSING
        case KsefAnswerUnreadable():
            code = MessageCode.ANSWER_UNREADABLE
        case _:
            raise TypeError(f"no meaning for {type(error).__name__}")
    return Refusal(code, ksef_code=error.http_status, retry=True)


def _meaning_of_details(
    details: Iterable[str], beginnings: _Details, otherwise: _Meaning
) -> _Meaning:
    said = [detail.strip().casefold() for detail in details]
    for beginning, meaning in beginnings:
        if any(detail.startswith(beginning) for detail in said):
            return meaning
    return otherwise


def _params(ksef_code: int, description: str, details: tuple[str, ...]) -> Params:
    said = (part.strip().rstrip(".") for part in (description, *details))
    return {"ksefCode": ksef_code, "description": _words(": ".join(filter(None, said)) or "-")}


def _listed(values: object) -> str:
    items = [str(value) for value in values] if isinstance(values, list) else []
    return _words(", ".join(items) or "-")


def _words(value: object) -> str:
    """KSeF's words on one line and of a bearable length."""
    return _CONTROL.sub(" ", str(value))[:_LONGEST_WORDS]
