"""The beginning of a request: a new one, or one that only EspoCRM's record still tells of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.credentials.certificate import CertificateType
from bridge.credentials.private_key import PrivateKey
from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.errors import EnrolmentConflict, NameUnusable
from bridge.enrolment.keys import (
    SealedKey,
    algorithm_of,
    digest_in,
    new_key,
    new_password,
    open_key,
    seal_key,
    seal_password,
)
from bridge.enrolment.names import check_name
from bridge.enrolment.refusals import reached_limit, refusals_in_words, told_problem
from bridge.enrolment.state import Enrolment, Order, PackageState, Phase
from bridge.espocrm.profiles import Profile
from bridge.espocrm.requested_certificates import RequestedCertificate
from bridge.ksef.certificate_calls import KsefCertificates
from bridge.vault import SealError, Vault


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """What EspoCRM asks for, by whom, for a record that it has made for the certificate.

    With `signing_request_id` by the session of that signing request, and never by the profile's
    own.
    """

    profile_id: str
    certificate_id: str
    order: Order
    requested_by: str | None = None
    signing_request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """A request that begins, of which profile, and when."""

    request: CertificateRequest
    profile: Profile
    now: datetime

    def enrolment(self, key: SealedKey, **members: Any) -> Enrolment:
        """Its enrolment with that key; `members` are the others'."""
        return Enrolment(
            certificate_id=self.request.certificate_id,
            profile_id=self.profile.id,
            requested_by=self.request.requested_by,
            environment=self.profile.environment,
            signing_request_id=self.request.signing_request_id,
            order=self.request.order,
            created_at=self.now,
            public_key_sha256=key.public_key_sha256,
            private_key_sealed=key.sealed,
            **members,
        )


def prepare(beginning: Beginning, calls: KsefCertificates, vault: Vault) -> Enrolment:
    """A request whose key is made and sealed; KSeF knows nothing of it yet.

    Raises what `refusals_in_words` does, also when a limit of KSeF's is reached.
    """
    with refusals_in_words():
        limits = calls.limits()
        if (problem := reached_limit(limits)) is not None:
            raise told_problem(problem)
        subject = calls.enrolment_data().subject
    request, order = beginning.request, beginning.request.order
    key = seal_key(vault, new_key(order.key_algorithm))
    password_sealed = None
    if order.with_package:
        password_sealed = seal_password(vault, new_password(), key, request.certificate_id)
    return beginning.enrolment(
        key,
        phase=Phase.PREPARED,
        subject=subject,
        password_sealed=password_sealed,
        package_state=PackageState.AWAITED if order.with_package else PackageState.NOT_ASKED,
    )


def found_again(beginning: Beginning, record: RequestedCertificate, vault: Vault) -> Enrolment:
    """The request of a record that holds a key already: it may have reached KSeF.

    Raises EnrolmentConflict when the key's seal does not open.
    """
    key, _ = _opened(record, vault)
    with_package = beginning.request.order.with_package
    return beginning.enrolment(
        key,
        phase=Phase.SENDING,
        package_state=PackageState.PASSWORD_LOST if with_package else PackageState.NOT_ASKED,
        is_restored=True,
    )


def order_in(record: RequestedCertificate, vault: Vault) -> Order:
    """What was ordered, as far as the record says.

    Raises EnrolmentConflict when it does not name a type and a name that KSeF takes.
    """
    _, key = _opened(record, vault)
    try:
        check_name(record.name)
        return Order(CertificateType(record.type or ""), record.name, algorithm_of(key))
    except (NameUnusable, ValueError):
        raise EnrolmentConflict(EnrolmentCode.STATE_LOST) from None


def _opened(record: RequestedCertificate, vault: Vault) -> tuple[SealedKey, PrivateKey]:
    try:
        digest = digest_in(record.private_key_sealed)
        key = open_key(vault, record.private_key_sealed, digest)
    except SealError as error:
        raise EnrolmentConflict("seal-unusable", {"reason": error.code}) from None
    return SealedKey(record.private_key_sealed, digest), key
