"""One HTTP request to KSeF and its answer, or the error that says why there is none.

Bodies and bearer tokens are never logged. Nothing is repeated here (`repetition` does that) and no
redirect is followed.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import structlog
from urllib3.exceptions import HTTPError, ReadTimeoutError

from bridge import __version__
from bridge.credentials.secret import Secret
from bridge.ksef.connections import AnswerTooLarge, Connections, HttpAnswer, NotConnected
from bridge.ksef.error_answers import error_of, http_date
from bridge.ksef.errors import (
    KsefAnswerUnreadable,
    KsefError,
    KsefRateLimited,
    KsefUnreachable,
    Operation,
    UnreachableReason,
)
from bridge.ksef.json_object import ContractBroken, json_value
from bridge.ksef.pacing import Pacing

_LONGEST_WARNING = 500
_SIGNATURE_WARNING = "sig-001"
_HEADER_VALUE = re.compile(r"[\x21-\x7e]{1,200}")
_NOT_PRINTABLE = re.compile(r"[^ -\ud7ff\ue000-\ufffd]+")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A request by its operation; `path_values` fill the template's places.

    `bearer` is the token of the `Authorization` header. `context` names whose calls KSeF counts
    together, for those that are to be paced by it.
    """

    operation: Operation
    path_values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    bearer: Secret | None = None
    context: str | None = None

    @property
    def target(self) -> str:
        """The path below the base URL, with its query."""
        values = {name: quote(value, safe="") for name, value in self.path_values.items()}
        path = self.operation.path.format_map(values)
        return f"{path}?{urlencode(self.query)}" if self.query else path

    def with_json(self, body: Mapping[str, object]) -> Request:
        """The same request with a body of JSON."""
        headers = {"Content-Type": "application/json"}
        return replace(self, headers=headers, body=json.dumps(body).encode())


@dataclass(frozen=True, slots=True)
class SystemWarning:
    """`X-System-Warning`: the request was accepted, but one day may not be (API 2.6.0)."""

    text: str

    @property
    def is_alarm(self) -> bool:
        """Whether it is about our signature, which KSeF then may refuse any day (issue #844)."""
        return _SIGNATURE_WARNING in self.text


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with a status of 2xx; `given_at` is its header `Date`, by KSeF's own clock."""

    operation: Operation
    http_status: int
    body: bytes = field(repr=False)
    system_warning: SystemWarning | None = None
    given_at: datetime | None = None

    def json(self) -> object:
        """The body as JSON. Raises KsefAnswerUnreadable."""
        try:
            return json_value(self.body)
        except ContractBroken:
            raise KsefAnswerUnreadable(self.operation, "not JSON", self.http_status) from None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call as an observer sees it: for metrics and for the steps of a connection test.

    `http_status` is None when no answer came; `seconds` is the time the call took, without waiting
    for its turn. `trace_id` is KSeF's, which only errors carry; `request_id` is what was sent as
    `X-Request-Id`.
    """

    operation: Operation
    http_status: int | None
    seconds: float
    system_warning: SystemWarning | None
    trace_id: str | None
    request_id: str | None


class Transport:
    """The way to one environment's KSeF; threads may share it.

    Timeouts are in seconds: to connect (with the TLS handshake), and to wait for an answer and
    again for the whole of its body. People wait for a login, and KSeF answers within fractions of
    a second or, in bad hours, not at all: what takes longer than 10 s is better asked again.

    `pacing` says when a call may be made, and is told of a 429. `observer` is told once of each
    call that was made, whatever came of it, and must not raise; `request_id` gives the
    `X-Request-Id` to send with the next one.
    """

    def __init__(
        self,
        base_url: str,
        *,
        ca_file: Path | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 10.0,
        pacing: Pacing | None = None,
        observer: Callable[[Exchange], None] | None = None,
        request_id: Callable[[], str | None] | None = None,
    ) -> None:
        """Raises OSError when `ca_file` cannot be read."""
        self._base_url = base_url.rstrip("/")
        self._path = urlsplit(self._base_url).path
        self._connections = Connections(base_url, ca_file, connect_timeout, read_timeout)
        self._pacing = pacing
        self._observer = observer
        self._request_id = request_id

    def send(self, request: Request) -> Answer:
        """Send `request` once, when its turn has come.

        Raises KsefError; KsefRateLimited without having sent anything when it may not be sent.
        """
        operation = request.operation
        request_id = self._next_request_id()
        headers = _headers(request, request_id)
        if self._pacing is not None:
            self._pacing.await_turn(operation, request.context)
        start = time.monotonic()
        http_status, warning, trace_id = None, None, None
        try:
            answer = self._exchanged(request, headers)
            http_status, warning = answer.status, _system_warning(answer, operation)
            if 200 <= http_status < 300:
                given_at = http_date(answer.headers.get("Date", ""))
                return Answer(operation, http_status, answer.body, warning, given_at)
            error = _error(request, answer)
            trace_id = error.trace_id
        except KsefError as unreadable:
            http_status = unreadable.http_status
            raise
        finally:
            if self._observer is not None:
                seconds = time.monotonic() - start
                self._observer(
                    Exchange(operation, http_status, seconds, warning, trace_id, request_id)
                )
        if self._pacing is not None and isinstance(error, KsefRateLimited):
            self._pacing.hold(operation, error.retry_after, request.context)
        raise error

    def check(self, operation: Operation) -> None:
        """Raise KsefRateLimited while `operation` would not be sent, for KSeF said to wait."""
        if self._pacing is not None:
            self._pacing.check(operation)

    def queue(self, operation: Operation) -> float:
        """The seconds that a call of `operation` would have to wait for its turn."""
        return 0.0 if self._pacing is None else self._pacing.queue(operation)

    def close(self) -> None:
        """Close all idle connections."""
        self._connections.close()

    def _next_request_id(self) -> str | None:
        request_id = self._request_id() if self._request_id is not None else None
        return request_id if request_id and _HEADER_VALUE.fullmatch(request_id) else None

    def _exchanged(self, request: Request, headers: Mapping[str, str]) -> HttpAnswer:
        operation = request.operation
        try:
            return self._connections.exchange(
                operation.method, self._path + request.target, request.body, headers
            )
        except AnswerTooLarge as error:
            raise KsefAnswerUnreadable(operation, "too large", error.status) from None
        except NotConnected as error:
            raise KsefUnreachable(operation, error.reason, request_sent=False) from None
        except ReadTimeoutError:
            slow = UnreachableReason.ANSWER_TIMED_OUT
            raise KsefUnreachable(operation, slow, request_sent=True) from None
        except HTTPError:
            lost = UnreachableReason.CONNECTION_LOST
            raise KsefUnreachable(operation, lost, request_sent=True) from None


def _headers(request: Request, request_id: str | None) -> dict[str, str]:
    headers = {
        "Accept": "application/json, application/problem+json",
        "User-Agent": f"ksef-bridge/{__version__}",
        "X-Error-Format": "problem-details",
        **request.headers,
    }
    if request.bearer is not None:
        headers["Authorization"] = f"Bearer {_bearer(request.bearer)}"
    if request_id is not None:
        headers["X-Request-Id"] = request_id
    return headers


def _bearer(token: Secret) -> str:
    # http.client would quote an unfit header value, and so the token, in its exception.
    value = token.reveal()
    if not value.isascii() or not value.decode("ascii").isprintable() or b" " in value:
        raise ValueError("the bearer token does not fit into a header")
    return value.decode("ascii")


def _error(request: Request, answer: HttpAnswer) -> KsefError:
    body = answer.body
    if request.bearer is not None:
        # A gateway may echo what was sent, and an error's words are shown to people.
        body = body.replace(request.bearer.reveal(), b"***")
    return error_of(request.operation, answer.status, answer.headers, body)


def _system_warning(answer: HttpAnswer, operation: Operation) -> SystemWarning | None:
    value = answer.headers.get("X-System-Warning")
    if value is None:
        return None
    # http.client reads headers as Latin-1; KSeF's words are Polish, in UTF-8.
    text = value.encode("latin-1", "replace").decode("utf-8", "replace")
    warning = SystemWarning(_NOT_PRINTABLE.sub(" ", text)[:_LONGEST_WARNING])
    write = log.error if warning.is_alarm else log.warning
    write("ksef-system-warning", operation=str(operation), warning=warning.text)
    return warning
