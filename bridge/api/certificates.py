"""What EspoCRM asks about KSeF certificates: requesting, listing, revoking."""

from __future__ import annotations

import math
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import structlog
from flask import current_app
from flask_openapi3.blueprint import APIBlueprint

from bridge.api.authentication import SECURITY, requires
from bridge.api.certificate_schemas import (
    CertificatePath,
    EnrolmentAnswer,
    EnrolmentEnd,
    EnrolmentPath,
    EnrolmentRequest,
    EnrolmentStatusAnswer,
    KsefCertificateBody,
    KsefCertificatesAnswer,
    ProblemBody,
    RevocationAnswer,
    RevocationRequest,
    package_problem,
    state_of,
)
from bridge.api.problems import PROBLEM_RESPONSES, message_of
from bridge.api.restrictions import admit_environments, admit_profile
from bridge.api.schemas import ProfilePath
from bridge.enrolment.certificate_list import CertificateList
from bridge.enrolment.enrolments import Enrolments
from bridge.enrolment.preparation import CertificateRequest
from bridge.enrolment.state import Problem
from bridge.keys.api_keys import Scope

blueprint = APIBlueprint(
    "certificates", __name__, url_prefix="/v1", abp_responses=PROBLEM_RESPONSES
)
_ENROLMENT = "/profiles/<profile_id>/certificate-enrolments/<certificate_id>"


@blueprint.put(_ENROLMENT, responses={202: EnrolmentAnswer}, security=SECURITY)
@requires(Scope.ADMINISTER)
def request_certificate(path: EnrolmentPath, body: EnrolmentRequest) -> tuple[dict[str, Any], int]:
    """Request a certificate for a KsefCertificate that EspoCRM has saved as Requested.

    Idempotent. KSeF is asked as soon as the record holds `privateKeySealed`.
    """
    caller = structlog.contextvars.get_contextvars().get("caller")
    requested = _enrolments(path.certificate_id).request(
        CertificateRequest(
            path.profile_id,
            path.certificate_id,
            body.order(),
            None if caller is None else str(caller),
            body.signing_request_id,
        )
    )
    enrolment, password = requested.enrolment, requested.password
    answer = EnrolmentAnswer(
        status=state_of(enrolment),
        private_key_sealed=enrolment.private_key_sealed,
        package_password=None if password is None else password.reveal_text(),
        problem=_with_text(enrolment.problem),
    )
    return answer.model_dump(mode="json", by_alias=True), HTTPStatus.ACCEPTED


@blueprint.get(_ENROLMENT, responses={200: EnrolmentStatusAnswer}, security=SECURITY)
@requires(Scope.ADMINISTER)
def certificate_request(path: EnrolmentPath) -> dict[str, Any]:
    """How a request stands; once issued, the certificate with its facts and its package."""
    stored = _enrolments(path.certificate_id).get(path.profile_id, path.certificate_id)
    return EnrolmentStatusAnswer.of(
        stored.enrolment,
        _seconds(stored.due_in),
        _with_text(stored.enrolment.problem),
        _with_text(package_problem(stored.enrolment)),
    ).model_dump(mode="json", by_alias=True)


@blueprint.delete(_ENROLMENT, responses={204: None}, security=SECURITY)
@requires(Scope.ADMINISTER)
def forget_request(path: EnrolmentPath, query: EnrolmentEnd) -> tuple[str, int]:
    """The outcome is stored: forget password and package. What was not sent yet is given up."""
    _enrolments(path.certificate_id).forget(
        path.profile_id, path.certificate_id, is_begun_anew=query.begun_anew
    )
    return "", HTTPStatus.NO_CONTENT


@blueprint.get(
    "/profiles/<profile_id>/certificates",
    responses={200: KsefCertificatesAnswer},
    security=SECURITY,
)
@requires(Scope.ADMINISTER)
def listed_certificates(path: ProfilePath) -> dict[str, Any]:
    """The certificates of the subject that the profile logs in as, as KSeF lists them."""
    listed = _certificate_list().listed(path.profile_id)
    return KsefCertificatesAnswer(
        certificates=[KsefCertificateBody.of(each) for each in listed]
    ).model_dump(mode="json", by_alias=True)


@blueprint.post(
    "/certificates/<certificate_id>/revocation",
    responses={200: RevocationAnswer},
    security=SECURITY,
)
@requires(Scope.ADMINISTER)
def revoke_certificate(path: CertificatePath, body: RevocationRequest) -> dict[str, Any]:
    """Revoke the certificate of a KsefCertificate for good, by the login of a profile."""
    admit_profile(body.profile_id)
    reason = None if body.reason is None else body.reason.value
    status = _certificate_list().revoke(path.certificate_id, body.profile_id, reason)
    return RevocationAnswer(status=status).model_dump(by_alias=True)


def _with_text(problem: Problem | None) -> ProblemBody | None:
    if problem is None:
        return None
    return ProblemBody.of(problem, message_of(problem.code, problem.params))


def _seconds(due_in: timedelta | None) -> int | None:
    return None if due_in is None else max(1, math.ceil(due_in.total_seconds()))


def _enrolments(certificate_id: str) -> Enrolments:
    enrolments: Enrolments = current_app.extensions["ksef-enrolments"]
    admit_environments(enrolments.environments(certificate_id))
    return enrolments


def _certificate_list() -> CertificateList:
    certificates: CertificateList = current_app.extensions["ksef-certificate-list"]
    return certificates
