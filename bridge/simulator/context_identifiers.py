"""The four kinds of context and what their values must look like.

Source: OpenAPI 2.6.0 and schemat_auth_v2-1.xsd; neither checks the NIP's check digit at login.
"""

from __future__ import annotations

import re

from bridge.credentials.context import ContextIdentifier, ContextType

_NIP = r"[1-9]((\d[1-9])|([1-9]\d))\d{7}"
_VAT_UE = (
    r"ATU\d{8}|BE[01]\d{9}|BG\d{9,10}|CY\d{8}[A-Z]|CZ\d{8,10}|DE\d{9}|DK\d{8}|EE\d{9}|EL\d{9}"
    r"|ES([A-Z]\d{8}|\d{8}[A-Z]|[A-Z]\d{7}[A-Z])|FI\d{8}|FR[A-Z0-9]{2}\d{9}|HR\d{11}|HU\d{8}"
    r"|IE(\d{7}[A-Z]{2}|\d[A-Z0-9+*]\d{5}[A-Z])|IT\d{11}|LT(\d{9}|\d{12})|LU\d{8}|LV\d{11}|MT\d{8}"
    r"|NL[A-Z0-9+*]{12}|PT\d{9}|RO\d{2,10}|SE\d{12}|SI\d{8}|SK\d{10}"
    r"|XI((\d{9}|\d{12})|(GD|HA)\d{3})"
)
_PATTERNS = {
    ContextType.NIP: re.compile(_NIP, re.ASCII),
    ContextType.INTERNAL_ID: re.compile(rf"{_NIP}-\d{{5}}", re.ASCII),
    ContextType.NIP_VAT_UE: re.compile(rf"{_NIP}-({_VAT_UE})", re.ASCII),
    ContextType.PEPPOL_ID: re.compile(r"P[A-Z]{2}[0-9]{6}", re.ASCII),
}


def is_well_formed(context: ContextIdentifier) -> bool:
    """Whether the value has the form that its type demands."""
    return _PATTERNS[context.type].fullmatch(context.value) is not None
