"""The context of a login: on whose behalf one works."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ContextType(StrEnum):
    """KSeF's `AuthenticationContextIdentifierType`."""

    NIP = "Nip"
    INTERNAL_ID = "InternalId"
    NIP_VAT_UE = "NipVatUe"
    PEPPOL_ID = "PeppolId"


@dataclass(frozen=True, slots=True)
class ContextIdentifier:
    """KSeF's `AuthenticationContextIdentifier`.

    A company, its unit, an EU entity, or a Peppol provider.
    """

    type: ContextType
    value: str
