"""Problem details (RFC 9457) with a stable code, parameters, and text in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, request
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from bridge.announcements.announcements import Announcements
from bridge.announcements.words import AWAY, AnnouncedWords, in_words
from bridge.companies.errors import LookupSwitchedOff, NipUnusable, QuestionRefused
from bridge.enrolment.errors import EnrolmentConflict, NameUnusable
from bridge.espocrm.errors import EspoCrmUnreachable, ProfileIncomplete, ProfileNotFound
from bridge.inspector.errors import RETRY_AFTER, InspectorError
from bridge.messages import Catalogue, Documentation, Language, Message, language_of
from bridge.offline.errors import InvoiceRefused, OfflineError, ProfileUnfit
from bridge.sessions.errors import LoginRefused, ProfileUnusable
from bridge.signing_requests.errors import SigningConflict
from bridge.state.errors import AwayFromHome, BridgeError, NotFound, TryLater
from bridge.vault import SealError

MEDIA_TYPE = "application/problem+json"
_CODES = {
    400: "request-malformed",
    404: "resource-not-found",
    405: "method-not-allowed",
    413: "request-too-large",
    415: "request-not-json",
    422: "request-invalid",
}
STATUSES: Mapping[type[Exception], int] = {
    NotFound: 404,
    AwayFromHome: 409,
    ProfileUnusable: 409,
    EnrolmentConflict: 409,
    SigningConflict: 409,
    NameUnusable: 422,
    NipUnusable: 422,
    LookupSwitchedOff: 409,
    QuestionRefused: 502,
    TryLater: 503,
    LoginRefused: 502,
    InvoiceRefused: 422,
    ProfileUnfit: 409,
    InspectorError: 503,
    SealError: 409,
}
"""The HTTP status with which an error is answered."""

_MOST_ERRORS = 20
_DESCRIBED = {
    "description": "Problem details (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
}
PROBLEM_RESPONSES: ResponseDict = {"422": dict(_DESCRIBED), "default": dict(_DESCRIBED)}
"""What every view may answer beside its own answers, as /openapi.json describes it."""

log = structlog.get_logger(__name__)


class AnnouncedBody(BaseModel):
    """What KSeF announces of itself, in one sentence."""

    code: str = Field(description="Stable; a key of the message catalogue.")
    params: dict[str, str | int]
    message: str

    @classmethod
    def of(cls, words: AnnouncedWords) -> AnnouncedBody:
        message = message_of(words.code, words.params)
        return cls(code=words.code, params=dict(words.params), message=message.text)


class ProblemDetails(BaseModel):
    """An error answer (RFC 9457 section 3)."""

    type: str = Field(
        description=(
            "The address of the code's page, in the caller's language, where the bridge is told "
            "of a site; else a URN made of the code."
        )
    )
    title: str
    status: int
    detail: str = Field(description="What happened and what to do, in the caller's language.")
    code: str = Field(description="Stable; a key of the message catalogue.")
    params: dict[str, str | int] = Field(description="What fills the text's placeholders.")
    ksefCode: int | None = Field(  # noqa: N815
        default=None,
        description="KSeF's own code, where KSeF has refused.",
        exclude_if=lambda code: code is None,
    )
    errors: list[dict[str, str]] | None = Field(
        default=None,
        description="With 422: `pointer` and `reason` of each mistake.",
        exclude_if=lambda errors: errors is None,
    )
    announced: AnnouncedBody | None = Field(
        default=None,
        description=(
            "What KSeF itself says of its state, where it cannot be reached and as far as that is "
            "known; `detail` ends with it. Nothing was decided by it."
        ),
        exclude_if=lambda announced: announced is None,
    )


class Problem(Exception):
    """An error answer on its way out."""

    def __init__(
        self,
        status: int,
        code: str,
        params: Mapping[str, str | int] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        announced: AnnouncedWords | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.params = dict(params or {})
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})
        self.announced = announced


def language() -> Language:
    """The language of this request's answer: `pl` or `en`."""
    return language_of(request.headers.get("Accept-Language"))


def message_of(code: str, params: Mapping[str, str | int]) -> Message:
    """What a code says in the language of this request; a `reason` that is a code, in words."""
    documentation: Documentation = current_app.extensions["ksef-documentation"]
    catalogue: Catalogue = current_app.extensions["ksef-messages"]
    reason = str(params.get("reason", ""))
    if reason in catalogue.texts:
        params = {**params, "reason": catalogue.text(reason, language(), {})}
    return Message(catalogue.text(code, language(), params), documentation.page(code, language()))


def register_problem_handlers(app: Flask) -> None:
    """Turn every exception into problem details."""
    app.register_error_handler(Problem, render)
    app.register_error_handler(ProfileNotFound, lambda _: render(Problem(404, "profile-not-found")))
    app.register_error_handler(
        ProfileIncomplete, lambda _: render(_coded_problem(ProfileUnusable("profile-incomplete")))
    )
    app.register_error_handler(
        EspoCrmUnreachable,
        lambda _: render(_coded_problem(TryLater("espocrm-database-unreachable"))),
    )
    app.register_error_handler(OfflineError, lambda error: render(_coded_problem(error)))
    app.register_error_handler(BridgeError, lambda error: render(_coded_problem(error)))
    app.register_error_handler(SealError, lambda error: render(_seal_problem(error)))
    app.register_error_handler(InspectorError, lambda error: render(_inspector_problem(error)))
    app.register_error_handler(HTTPException, lambda error: render(_http_problem(error)))
    app.register_error_handler(Exception, _unexpected)


def render(problem: Problem) -> Response:
    """The problem as an HTTP answer."""
    message = message_of(problem.code, problem.params)
    announced = None if problem.announced is None else AnnouncedBody.of(problem.announced)
    body = ProblemDetails(
        type=message.page or f"urn:ksef-bridge:problem:{problem.code}",
        title=_title(problem.code),
        status=problem.status,
        detail=" ".join([message.text, *([announced.message] if announced else [])]),
        code=problem.code,
        params=problem.params,
        announced=announced,
    )
    answer = jsonify({**body.model_dump(), **problem.extra})
    answer.status_code = problem.status
    answer.content_type = MEDIA_TYPE
    answer.headers.update(problem.headers)
    answer.headers["Content-Language"] = language()
    g.problem_code = problem.code
    return answer


def _title(code: str) -> str:
    words = code.replace("-", " ").replace("ksef", "KSeF").replace("api", "API")
    return words[0].upper() + words[1:]


def request_invalid(error: ValidationError) -> Response:
    """422 that names each place and what is wrong there, never the value that was sent."""
    errors = error.errors(include_input=False, include_url=False, include_context=False)
    problems: Sequence[dict[str, str]] = [
        {"pointer": _pointer(each["loc"], each["type"]), "reason": each["type"]}
        for each in errors[:_MOST_ERRORS]
    ]
    places = ", ".join(sorted({each["pointer"] for each in problems}))
    return render(Problem(422, "request-invalid", {"places": places}, extra={"errors": problems}))


def _pointer(location: Sequence[str | int], kind: str) -> str:
    """Where in the body; a name that only the caller knows is not repeated to him."""
    known = location[:-1] if kind == "extra_forbidden" else location
    return "".join(f"/{step}" for step in known) + ("/*" if kind == "extra_forbidden" else "")


def _coded_problem(error: BridgeError | OfflineError) -> Problem:
    status = _status(error)
    if status is None:
        return Problem(500, "unexpected-error")
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TryLater) else None
    extra = {"ksefCode": error.ksef_code} if isinstance(error, LoginRefused) else None
    return Problem(
        status,
        error.code,
        error.params,
        headers=headers,
        extra=extra,
        announced=_announced(error) if isinstance(error, TryLater) else None,
    )


def _announced(error: TryLater) -> AnnouncedWords | None:
    if error.code not in AWAY or error.environment is None:
        return None
    announcements: Announcements = current_app.extensions["ksef-announcements"]
    return in_words(error.environment, announcements.look(error.environment).announced)


def _status(error: Exception) -> int | None:
    return next((STATUSES[each] for each in type(error).__mro__ if each in STATUSES), None)


def _inspector_problem(error: InspectorError) -> Problem:
    params = {"seconds": RETRY_AFTER}
    headers = {"Retry-After": str(RETRY_AFTER)}
    return Problem(STATUSES[InspectorError], error.code, params, headers=headers)


def _seal_problem(error: SealError) -> Problem:
    return Problem(STATUSES[SealError], "seal-unusable", {"reason": error.code})


def _http_problem(error: HTTPException) -> Problem:
    status = error.code or 500
    code = _CODES.get(status, "request-malformed" if status < 500 else "unexpected-error")
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return Problem(status, code, headers={"Allow": ", ".join(allowed)} if allowed else None)


def _unexpected(error: Exception) -> Response:
    # The exception's own text may quote what a caller sent, so the log names type and place only.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    log.error(
        "unexpected-error",
        type=type(error).__name__,
        file=place and place.tb_frame.f_code.co_filename,
        line=place and place.tb_lineno,
    )
    return render(Problem(500, "unexpected-error"))
