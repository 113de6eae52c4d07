"""What an error of this package means for a login: a message, and whether trying again helps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

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
)
from bridge.ksef.meanings import EXCEPTIONS, REASONS, STATUSES, UNREACHABLE, Meaning, meaning_of
from bridge.ksef.message_codes import MessageCode

_LONGEST_WORDS = 300
_BLOCKED = "security-service-blocked"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

Params = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Refusal:
    """`params` fill the message's placeholders.

    `ksef_code`: KSeF's status or exception code, or the HTTP status where it gave none.
    `remember`: the same credential will be refused again until somebody changes something.
    `retry`: a new attempt, from a new challenge, may succeed.
    `stops`: nobody may log in to this environment and context until an administrator's connection
    test succeeds.
    """

    code: MessageCode
    params: Params = field(default_factory=dict)
    ksef_code: int | None = None
    remember: bool = False
    retry: bool = False
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Signer:
    """Whom a certificate stands for (NIP, PESEL or fingerprint), and the context it logs in to."""

    identifier: Identifier
    context: ContextIdentifier


def refusal_of(error: KsefError, signer: Signer | None = None) -> Refusal:
    """The meaning of `error`; with `signer`, a lack of rights names who lacks them where."""
    match error:
        case AuthenticationFailed(status=status):
            return _of_status(status, signer)
        case KsefRefused():
            return _of_refused(error)
        case KsefForbidden():
            return _of_forbidden(error)
        case KsefUnauthorized():
            return Refusal(MessageCode.UNAUTHORIZED, ksef_code=401, retry=True)
        case KsefGone():
            return Refusal(MessageCode.GONE, ksef_code=410, retry=True)
        case ClientIpNotIpv4(client_ip=client_ip):
            params: Params = {"clientIp": on_one_line(client_ip)}
            return Refusal(MessageCode.CLIENT_IP_NOT_IPV4, params)
    return _of_silence(error)


def _of_status(status: StatusInfo, signer: Signer | None) -> Refusal:
    meaning = meaning_of(STATUSES, status.code, status.details)
    if meaning is None:
        meaning = Meaning(MessageCode.REFUSED, remember=True)
    if meaning.code is MessageCode.NO_PERMISSIONS and signer is not None:
        meaning = replace(meaning, code=MessageCode.NO_PERMISSIONS_OF_SUBJECT)
        params: Params = {
            "identifierType": signer.identifier.type,
            "identifierValue": signer.identifier.value or "",
            "contextType": signer.context.type.value,
            "contextValue": signer.context.value,
        }
    else:
        params = status_params(status.code, status.description, status.details)
    return _refusal(meaning, params, status.code)


def _of_refused(refused: KsefRefused) -> Refusal:
    said = [(each, meaning_of(EXCEPTIONS, each.code, each.details)) for each in refused.errors]
    unknown = KsefErrorDetail(refused.http_status or 400, "")
    # Of several errors, one that is known says the most.
    said.sort(key=lambda each: each[1] is None)
    detail, meaning = said[0] if said else (unknown, None)
    params = status_params(detail.code, detail.description, detail.details)
    return _refusal(meaning or Meaning(MessageCode.REFUSED), params, detail.code)


def _of_forbidden(error: KsefForbidden) -> Refusal:
    security = error.security
    params: Params = {
        "reason": on_one_line(error.reason_code or "-"),
        "required": _listed(security.get("requiredAnyOfPermissions")),
        "present": _listed(security.get("presentPermissions")),
        "clientIp": on_one_line(security.get("clientIp") or "-"),
        "incidentId": on_one_line(security.get("incidentId") or "-"),
    }
    reason = error.reason_code
    if reason is None and security.get("incidentId"):
        # KSeF's security service answers so, without saying why.
        reason = _BLOCKED
    if reason is None:
        # KSeF's API always says why; a gateway's page does not.
        return Refusal(MessageCode.FORBIDDEN_WITHOUT_REASON, params, ksef_code=403)
    return _refusal(REASONS.get(reason, Meaning(MessageCode.FORBIDDEN)), params, 403)


def _of_silence(error: KsefError) -> Refusal:
    """The meaning of an error that is not an answer of KSeF to what was asked."""
    params: Params = {}
    match error:
        case KsefUnreachable(reason=reason):
            code = UNREACHABLE.get(reason, MessageCode.UNREACHABLE)
        case KsefUnavailable():
            code = MessageCode.UNAVAILABLE
        case KsefRateLimited(retry_after=seconds):
            code, params = MessageCode.RATE_LIMITED, {"retryAfter": max(1, seconds)}
        case NoUsablePublicKey():
            code = MessageCode.PUBLIC_KEY_MISSING
        case KsefAnswerUnreadable():
            code = MessageCode.ANSWER_UNREADABLE
        case _:
            raise TypeError(f"no meaning for {type(error).__name__}")
    return Refusal(code, params, error.http_status, retry=True)


def _refusal(meaning: Meaning, params: Params, ksef_code: int) -> Refusal:
    return Refusal(meaning.code, params, ksef_code, meaning.remember, meaning.retry, meaning.stops)


def status_params(ksef_code: int, description: str, details: tuple[str, ...]) -> Params:
    """KSeF's code and its words on one line, as the texts of refusals show them."""
    said = (part.strip().rstrip(".") for part in (description, *details))
    return {"ksefCode": ksef_code, "description": on_one_line(": ".join(filter(None, said)) or "-")}


def _listed(values: object) -> str:
    items = [str(value) for value in values] if isinstance(values, list) else []
    return on_one_line(", ".join(items) or "-")


def on_one_line(value: object) -> str:
    """KSeF's words without control characters and of a bearable length."""
    return _CONTROL.sub(" ", str(value))[:_LONGEST_WORDS]
