"""One environment's KSeF: reachable, of the same time as this host, and with a key to encrypt with.

At most two calls are made and none is repeated, so that the limits of the API are untouched.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bridge.credentials.environment import Environment
from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, failed, ok, warning
from bridge.ksef.contract import Challenge, PublicKeyCertificate
from bridge.ksef.errors import (
    KsefAnswerUnreadable,
    KsefError,
    KsefRateLimited,
    KsefUnavailable,
    KsefUnreachable,
    UnreachableReason,
)
from bridge.ksef.json_object import ContractBroken, JsonObject, objects_in
from bridge.ksef.operations import CHALLENGE, PUBLIC_KEY_CERTIFICATES
from bridge.ksef.public_keys import Usage, encryption_key, select
from bridge.ksef.transport import Request, Transport

_CONNECT_SECONDS = 2.5
_READ_SECONDS = 2.5
# KSeF judges challenges and signatures by its clock, certificates are judged by this host's.
_CLOCK_DIFFERS_SECONDS = 2.0
_CLOCK_WRONG_SECONDS = 60.0

_UNREACHABLE = {
    UnreachableReason.NAME_NOT_RESOLVED: DoctorCode.KSEF_NAME_NOT_RESOLVED,
    UnreachableReason.CONNECTION_FAILED: DoctorCode.KSEF_CONNECTION_FAILED,
    UnreachableReason.CONNECT_TIMED_OUT: DoctorCode.KSEF_CONNECT_TIMED_OUT,
    UnreachableReason.CERTIFICATE_NOT_TRUSTED: DoctorCode.KSEF_CERTIFICATE_NOT_TRUSTED,
    UnreachableReason.TLS_FAILED: DoctorCode.KSEF_TLS_FAILED,
    UnreachableReason.PROXY_FAILED: DoctorCode.KSEF_PROXY_FAILED,
    UnreachableReason.CONNECTION_LOST: DoctorCode.KSEF_CONNECTION_LOST,
    UnreachableReason.ANSWER_TIMED_OUT: DoctorCode.KSEF_ANSWER_TIMED_OUT,
}


def name_of(environment: Environment) -> str:
    """The check's name, such as `ksef-test`."""
    return f"ksef-{environment.value.lower()}"


def check_ksef(environment: Environment, base_url: str, ca_file: Path | None) -> list[Result]:
    """Ask for the public keys, which opens the connection, and then on it for a challenge."""
    name, host = name_of(environment), urlsplit(base_url).netloc
    transport = Transport(
        base_url,
        ca_file=ca_file,
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
    )
    try:
        certificates = _public_keys(transport)
        before, start = time.time(), time.monotonic()
        answer = transport.send(Request(CHALLENGE))
        seconds = time.monotonic() - start
        challenge = Challenge.from_json(JsonObject.of(answer.json()))
    except KsefError as error:
        return [_no_answer(name, host, error)]
    except ContractBroken:
        return [failed(name, DoctorCode.KSEF_ANSWER_UNREADABLE, host=host)]
    finally:
        transport.close()
    # Half of the round trip is the way back.
    ahead = challenge.timestamp_ms / 1000 - (before + seconds / 2)
    milliseconds = round(seconds * 1000)
    return [
        ok(name, DoctorCode.KSEF_ANSWERS, host=host, milliseconds=milliseconds),
        _clock(f"{name}-clock", ahead),
        _public_key(f"{name}-public-key", certificates),
    ]


def _public_keys(transport: Transport) -> tuple[PublicKeyCertificate, ...]:
    listed = objects_in(transport.send(Request(PUBLIC_KEY_CERTIFICATES)).json())
    return tuple(PublicKeyCertificate.from_json(each) for each in listed)


def _clock(name: str, ahead: float) -> Result:
    seconds = f"{ahead:+z.1f}"
    if abs(ahead) > _CLOCK_WRONG_SECONDS:
        return failed(name, DoctorCode.KSEF_CLOCK_WRONG, seconds=seconds)
    if abs(ahead) > _CLOCK_DIFFERS_SECONDS:
        return warning(name, DoctorCode.KSEF_CLOCK_DIFFERS, seconds=seconds)
    return ok(name, DoctorCode.KSEF_CLOCK_AGREES, seconds=seconds)


def _public_key(name: str, certificates: tuple[PublicKeyCertificate, ...]) -> Result:
    keys = [key for each in certificates if (key := encryption_key(each)) is not None]
    key = select(keys, Usage.KSEF_TOKEN_ENCRYPTION, datetime.now(UTC))
    if key is None:
        return failed(name, DoctorCode.KSEF_PUBLIC_KEY_MISSING, count=len(certificates))
    return ok(name, DoctorCode.KSEF_PUBLIC_KEY_USABLE, date=f"{key.valid_to:%Y-%m-%d}")


def _no_answer(name: str, host: str, error: KsefError) -> Result:
    match error:
        case KsefUnreachable():
            return failed(name, _UNREACHABLE[error.reason], host=host)
        case KsefUnavailable():
            code = DoctorCode.KSEF_UNAVAILABLE
            return failed(name, code, host=host, httpStatus=error.http_status or 0)
        case KsefRateLimited():
            return warning(name, DoctorCode.KSEF_RATE_LIMITED, seconds=error.retry_after)
        case KsefAnswerUnreadable():
            return failed(name, DoctorCode.KSEF_ANSWER_UNREADABLE, host=host)
        case _:
            code = DoctorCode.KSEF_REFUSED
            return failed(name, code, host=host, httpStatus=error.http_status or 0)
