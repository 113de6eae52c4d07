"""Enrolments in the state database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import IntegrityError

from bridge.enrolment import statements
from bridge.enrolment.state import Enrolment
from bridge.state.database import StateDatabase
from bridge.state.errors import LeaseLost
from bridge.state.seal_renewal import Renew, renew_documents, renewed_or_kept

_STATE = TypeAdapter(Enrolment)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stored:
    """An enrolment as it was read; `version` tells it from any later one.

    `due_in` is when something is to be done for it, None when it is settled.
    """

    enrolment: Enrolment
    version: int
    due_in: timedelta | None

    @property
    def is_due(self) -> bool:
        return self.due_in is not None and self.due_in <= timedelta()


class EnrolmentStore:
    """Every method raises TryLater("state-unreachable") when the database is away."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database
        self._timed = statements.TimedStatements(database.clock.now)

    def get(self, certificate_id: str) -> Stored | None:
        """What is stored for a record of EspoCRM, if anything is."""
        query, parameters = self._timed.get, self._database.now(id=certificate_id)
        # In a transaction, which never looks at a file that was deleted just now.
        row = self._database.run(lambda connection: connection.execute(query, parameters).first())
        # MySQL compares ids without regard to case and accents; they are other records.
        if row is None or row.certificate_id != certificate_id:
            return None
        try:
            # The document may be written by a bridge that knows of no signing requests.
            enrolment = replace(
                _STATE.validate_json(row.state), signing_request_id=row.signing_request_id
            )
        except ValidationError:
            # What matters is in EspoCRM's record and at KSeF, from where it is found again.
            log.error("enrolment-unreadable", certificate=certificate_id)
            self.remove(certificate_id)
            return None
        due_in = None if row.due_in is None else timedelta(milliseconds=int(row.due_in))
        return Stored(enrolment, row.version, due_in)

    def add(self, enrolment: Enrolment, due_in: timedelta) -> bool:
        """Store a new one; False when the record has one already."""
        parameters = self._database.now(
            certificate_id=enrolment.certificate_id,
            profile_id=enrolment.profile_id,
            state=_STATE.dump_json(enrolment).decode(),
            signing_request_id=enrolment.signing_request_id,
            delay=_milliseconds(due_in),
        )
        try:
            self._database.change(self._timed.add, parameters)
        except IntegrityError:
            return False
        return True

    def save(self, enrolment: Enrolment, version: int, due_in: timedelta) -> int:
        """Store it in place of that version; the new version.

        `due_in` says nothing for one that is settled. Raises LeaseLost when another has stored
        something since, or removed it.
        """
        parameters = self._database.now(
            id=enrolment.certificate_id,
            seen_version=version,
            new_state=_STATE.dump_json(enrolment).decode(),
        )
        statement = self._timed.save_settled
        if not enrolment.is_settled:
            statement = self._timed.save
            parameters["delay"] = _milliseconds(due_in)
        if not self._database.change(statement, parameters):
            raise LeaseLost
        return version + 1

    def serve_by(self, certificate_id: str, signing_request_id: str) -> None:
        """Let another signing request's session serve one that is not settled, at once."""
        parameters = self._database.now(id=certificate_id, request_id=signing_request_id)
        self._database.change(self._timed.serve_by, parameters)

    def tell_password(self, certificate_id: str) -> bool:
        """Whether the caller, and nobody before or after him, is to tell the password."""
        return bool(self._database.change(statements.TELL_PASSWORD, {"id": certificate_id}))

    def remove(self, certificate_id: str) -> None:
        """Forget all about it."""
        self._database.change(statements.REMOVE, {"id": certificate_id})

    def due(self) -> list[str]:
        """The records for whose enrolments something is to be done now."""
        query, parameters = self._timed.due, self._database.now()
        return self._database.run(lambda connection: list(connection.scalars(query, parameters)))

    def forget_older_than(self, age: timedelta) -> int:
        """Remove what was begun before `age`; how many."""
        parameters = self._database.now(age=_milliseconds(age))
        return self._database.change(self._timed.forget_old, parameters)

    def renew_seals(self, renew: Renew) -> int:
        """Replace every seal by `renew` of it; how many enrolments changed.

        What is stored in between stays as it is, for the next pass, and so does a seal for which
        `renew` raises SealError.
        """

        def renewed(certificate_id: str, document: str) -> str:
            def of(sealed: str) -> str:
                event = "enrolment-seal-unusable"
                return renewed_or_kept(sealed, renew, event, certificate=certificate_id)

            try:
                enrolment = _STATE.validate_json(document)
            except ValidationError:
                return document
            key, password = enrolment.private_key_sealed, enrolment.password_sealed
            changed = replace(
                enrolment, private_key_sealed=of(key), password_sealed=password and of(password)
            )
            return _STATE.dump_json(changed).decode()

        return renew_documents(
            self._database, statements.ALL_STATES, statements.REPLACE_STATE, renewed
        )


def _milliseconds(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
