"""What in a certificate's subject was meant as a NIP or PESEL, in whatever form it is written."""

from __future__ import annotations

import re

from cryptography import x509
from cryptography.x509.oid import NameOID

from bridge.credentials.identifiers import is_nip, is_pesel

_FOR_IDENTIFIERS = {
    NameOID.SERIAL_NUMBER: "serialNumber",
    NameOID.ORGANIZATION_IDENTIFIER: "organizationIdentifier",
}
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015/:]+")
_PREFIXED = re.compile(r"(PNOPL|PESEL|TINPL|NIP|VATPL)")
_PREFIXED_NUMBER = re.compile(r"(PNOPL|PESEL|TINPL|NIP|VATPL)\d{8,13}", re.ASCII)
_BARE_NUMBER = re.compile(r"\d{9,12}", re.ASCII)
_NUMBER = re.compile(r"(?<!\d)\d{10,11}(?!\d)", re.ASCII)
_LONGEST = 80


def look_alikes(subject: x509.Name) -> list[str]:
    """The attributes of a subject that look like an identifier, each as `name=value`.

    Meant for a subject in which KSeF finds none: a digit too few, hyphens within the number, no
    prefix or one of another case, an attribute in which KSeF does not look.
    """
    return [
        f"{_FOR_IDENTIFIERS.get(each.oid, each.rfc4514_attribute_name)}={_shown(each.value)}"
        for each in subject
        if isinstance(each.value, str)
        and _looks_like_identifier(each.value, is_place=each.oid in _FOR_IDENTIFIERS)
    ]


def _looks_like_identifier(value: str, *, is_place: bool) -> bool:
    compact = _SEPARATORS.sub("", value).upper()
    if is_place and (_PREFIXED.search(compact) or _BARE_NUMBER.fullmatch(compact)):
        return True
    return bool(_PREFIXED_NUMBER.search(compact)) or any(
        is_nip(number) or is_pesel(number) for number in _NUMBER.findall(compact)
    )


def _shown(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
