"""Who owns a context, and what was granted in it."""

from __future__ import annotations

import pytest

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.simulator.identity import SubjectIdentifier
from bridge.simulator.permissions.rights import OWNER_PERMISSIONS, Entity, Grant, Person, Rights

NIP, OTHER_NIP, PESEL = "5265877635", "7980332920", "44051401458"
COMPANY = ContextIdentifier(ContextType.NIP, NIP)
OWNED = frozenset(OWNER_PERMISSIONS)


def nip(value: str) -> SubjectIdentifier:
    return SubjectIdentifier("Nip", value)


def pesel(value: str) -> SubjectIdentifier:
    return SubjectIdentifier("Pesel", value)


def owned_by_person(*, is_bailiff: bool = False, is_deceased: bool = False) -> Rights:
    rights = Rights()
    rights.add_person(Person(NIP, PESEL, is_bailiff, is_deceased), None)
    return rights


@pytest.mark.parametrize(
    ("context_type", "value", "subject_nip", "expected"),
    [
        (ContextType.NIP, NIP, NIP, OWNED),
        (ContextType.NIP, NIP, OTHER_NIP, frozenset()),
        (ContextType.INTERNAL_ID, f"{NIP}-12345", NIP, OWNED),
        (ContextType.INTERNAL_ID, f"{NIP}-12345", OTHER_NIP, frozenset()),
        (ContextType.NIP_VAT_UE, f"{NIP}-DE123456789", NIP, OWNED),
        (ContextType.PEPPOL_ID, "PPL123456", NIP, frozenset()),
    ],
)
def test_a_nip_owns_its_own_contexts(
    context_type: ContextType, value: str, subject_nip: str, expected: frozenset[str]
) -> None:
    context = ContextIdentifier(context_type, value)
    assert Rights().permissions_of(nip(subject_nip), context) == expected


def test_a_pesel_owns_a_company_only_while_the_relation_lasts() -> None:
    assert not Rights().permissions_of(pesel(PESEL), COMPANY)
    rights = owned_by_person()
    assert rights.permissions_of(pesel(PESEL), COMPANY) == OWNED
    rights.remove_person(NIP)
    assert not rights.permissions_of(pesel(PESEL), COMPANY)


def test_only_a_bailiff_or_an_enforcement_authority_enforces() -> None:
    enforcing = owned_by_person(is_bailiff=True)
    assert "EnforcementOperations" in enforcing.permissions_of(pesel(PESEL), COMPANY)
    rights = Rights()
    assert "EnforcementOperations" not in rights.permissions_of(nip(NIP), COMPANY)
    rights.add_entity(Entity(NIP, "EnforcementAuthority", ()), None)
    assert "EnforcementOperations" in rights.permissions_of(nip(NIP), COMPANY)


@pytest.mark.parametrize(
    "subject",
    [nip(OTHER_NIP), pesel(PESEL), SubjectIdentifier("Fingerprint", "A1" * 32)],
    ids=lambda subject: subject.type,
)
def test_a_grant_holds_in_its_context_until_it_is_revoked(subject: SubjectIdentifier) -> None:
    rights = Rights()
    rights.grant(Grant(NIP, subject, "InvoiceRead", "Przeglądanie"))
    rights.grant(Grant(NIP, subject, "InvoiceWrite", "Wystawianie"))
    rights.grant(Grant(NIP, subject, "InvoiceRead", "Jeszcze raz"))
    assert rights.permissions_of(subject, COMPANY) == {"InvoiceRead", "InvoiceWrite"}
    assert [grant.description for grant in rights.grants_of(subject, COMPANY)] == [
        "Przeglądanie",
        "Wystawianie",
    ]
    assert not rights.owner_permissions_of(subject, COMPANY)
    elsewhere = ContextIdentifier(ContextType.NIP, "1111111111")
    assert not rights.permissions_of(subject, elsewhere)
    unit = ContextIdentifier(ContextType.INTERNAL_ID, f"{NIP}-12345")
    assert not rights.permissions_of(subject, unit)
    rights.revoke(subject, NIP)
    assert not rights.permissions_of(subject, COMPANY)


def test_removing_a_person_takes_back_what_it_was_granted_elsewhere() -> None:
    rights = owned_by_person()
    elsewhere = ContextIdentifier(ContextType.NIP, OTHER_NIP)
    rights.grant(Grant(OTHER_NIP, pesel(PESEL), "InvoiceRead", "Przeglądanie"))
    rights.remove_person(NIP)
    assert not rights.permissions_of(pesel(PESEL), elsewhere)


def test_a_deceased_person_is_known_by_pesel_and_nip() -> None:
    rights = owned_by_person(is_deceased=True)
    assert rights.is_deceased(pesel(PESEL))
    assert rights.is_deceased(nip(NIP))
    assert not rights.is_deceased(nip(OTHER_NIP))
    assert not owned_by_person().is_deceased(pesel(PESEL))


def test_a_block_concerns_one_context_only() -> None:
    rights = Rights()
    rights.block(COMPANY)
    assert rights.is_blocked(COMPANY)
    assert not rights.is_blocked(ContextIdentifier(ContextType.INTERNAL_ID, f"{NIP}-12345"))
    rights.unblock(COMPANY)
    assert not rights.is_blocked(COMPANY)
