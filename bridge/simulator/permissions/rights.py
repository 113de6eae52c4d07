"""Who may do what in which context.

Source: uprawnienia.md (owner, NIP–PESEL relation), dane-testowe-scenariusze.md (test data).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.simulator import clock
from bridge.simulator.errors import BadRequest, InvalidInput
from bridge.simulator.identity import SubjectIdentifier

ENFORCEMENT = "EnforcementOperations"
OWNER_PERMISSIONS = (
    "CredentialsManage",
    "CredentialsRead",
    "InvoiceWrite",
    "InvoiceRead",
    "Introspection",
    "SubunitManage",
    "CollectiveIdentifierManage",
)
_NIP_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person who owns a NIP: the NIP–PESEL relation."""

    nip: str
    pesel: str
    is_bailiff: bool
    is_deceased: bool


@dataclass(frozen=True, slots=True)
class Entity:
    """A test subject (`EnforcementAuthority`, `VatGroup`, `JST`) with the NIPs of its subunits."""

    nip: str
    type: str
    subunits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission of a subject in the context of a NIP."""

    context_nip: str
    subject: SubjectIdentifier
    permission: str
    description: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    start_date: datetime = field(default_factory=clock.now)


class Rights:
    """Ownership, which follows from identifiers alone, and what test data adds to it."""

    def __init__(self) -> None:
        self._persons: dict[str, Person] = {}
        self._entities: dict[str, Entity] = {}
        self._grants: list[Grant] = []
        self._blocked: set[ContextIdentifier] = set()
        self._created: dict[str, datetime] = {}

    def permissions_of(
        self, subject: SubjectIdentifier, context: ContextIdentifier
    ) -> frozenset[str]:
        """All permissions of the subject in the context; none means status 415 at login."""
        granted = (grant.permission for grant in self.grants_of(subject, context))
        return self.owner_permissions_of(subject, context).union(granted)

    def owner_permissions_of(
        self, subject: SubjectIdentifier, context: ContextIdentifier
    ) -> frozenset[str]:
        """The permissions that the subject has as owner, empty when it is not the owner.

        The owner has the context's NIP, alone or leading an InternalId or NipVatUe, or the PESEL
        related to it. Enforcement is for bailiffs and enforcement authorities only.
        """
        nip = _nip_of(context)
        if nip is None or SubjectIdentifier("Nip", nip) not in self.related_to(subject):
            return frozenset()
        person, entity = self._persons.get(nip), self._entities.get(nip)
        enforces = (person is not None and person.is_bailiff) or (
            entity is not None and entity.type == "EnforcementAuthority"
        )
        return frozenset(OWNER_PERMISSIONS).union({ENFORCEMENT} if enforces else ())

    def grants_of(
        self, subject: SubjectIdentifier, context: ContextIdentifier
    ) -> tuple[Grant, ...]:
        """What was granted to the subject in exactly this context."""
        if context.type is not ContextType.NIP:
            return ()
        return tuple(
            grant
            for grant in self._grants
            if grant.subject == subject and grant.context_nip == context.value
        )

    def may_invoice_for(self, context: ContextIdentifier, seller_nip: str) -> bool:
        """Whether invoices of the seller may be issued in the context.

        The seller is the context's own NIP, or belongs with it to one VAT group or one local
        government. Self-invoicing and tax representatives are not known here.
        """
        nip = _nip_of(context)
        return nip == seller_nip or any(
            {nip, seller_nip} <= {entity.nip, *entity.subunits}
            for entity in self._entities.values()
        )

    def related_to(self, subject: SubjectIdentifier) -> frozenset[SubjectIdentifier]:
        """The subject and whoever is the same person by a NIP–PESEL relation."""
        same = {subject}
        for person in self._persons.values():
            both = {SubjectIdentifier("Nip", person.nip), SubjectIdentifier("Pesel", person.pesel)}
            if subject in both:
                same |= both
        return frozenset(same)

    def is_blocked(self, context: ContextIdentifier) -> bool:
        """Whether logins to the context end with status 480."""
        return context in self._blocked

    def is_deceased(self, subject: SubjectIdentifier) -> bool:
        """Whether the subject is a person who was declared dead, by PESEL or NIP."""
        return any(
            person.is_deceased and subject.value in {person.nip, person.pesel}
            for person in self._persons.values()
        )

    def add_person(self, person: Person, created_at: datetime | None) -> None:
        """Make the person owner of its NIP; raises 30001 if the NIP is known."""
        self._register((person.nip,), created_at)
        self._persons[person.nip] = person

    def remove_person(self, nip: str) -> None:
        """Forget the person of that NIP and all that was granted to it; unknown is no error."""
        person = self._persons.pop(nip, None)
        if person is not None:
            own = {SubjectIdentifier("Nip", nip), SubjectIdentifier("Pesel", person.pesel)}
            self._grants = [grant for grant in self._grants if grant.subject not in own]

    def add_entity(self, entity: Entity, created_at: datetime | None) -> None:
        """Take in the entity and its subunits; raises 30001 if one of the NIPs is known."""
        self._register((entity.nip, *entity.subunits), created_at)
        self._entities[entity.nip] = entity

    def remove_entity(self, nip: str) -> None:
        """Forget the entity of that NIP with its subunits; unknown is no error."""
        self._entities.pop(nip, None)

    def grant(self, grant: Grant) -> None:
        """Grant a permission; one that the subject has already been granted stays as it is."""
        context = ContextIdentifier(ContextType.NIP, grant.context_nip)
        had = {known.permission for known in self.grants_of(grant.subject, context)}
        if grant.permission not in had:
            self._grants.append(grant)

    def revoke(self, subject: SubjectIdentifier, context_nip: str) -> None:
        """Take back all that was granted to the subject in the context of a NIP."""
        self._grants = [
            grant
            for grant in self._grants
            if (grant.subject, grant.context_nip) != (subject, context_nip)
        ]

    def block(self, context: ContextIdentifier) -> None:
        """Let logins to the context end with status 480."""
        self._blocked.add(context)

    def unblock(self, context: ContextIdentifier) -> None:
        """Undo `block`; a context that is not blocked is no error."""
        self._blocked.discard(context)

    def _register(self, nips: tuple[str, ...], created_at: datetime | None) -> None:
        known = set(self._persons) | set(self._entities)
        for entity in self._entities.values():
            known.update(entity.subunits)
        if known.intersection(nips):
            raise BadRequest(30001, "Podmiot lub uprawnienie już istnieje.")
        previous = self._created.get(nips[0])
        if created_at is not None and previous is not None and created_at <= previous:
            raise InvalidInput(
                "createdDate: data musi być późniejsza niż przy poprzednim utworzeniu danych."
            )
        self._created[nips[0]] = created_at or clock.now()


def _nip_of(context: ContextIdentifier) -> str | None:
    if context.type is ContextType.PEPPOL_ID:
        return None
    return context.value[:_NIP_LENGTH]
