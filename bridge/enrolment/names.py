"""Names of certificates: what KSeF takes, and what files are called by them."""

from __future__ import annotations

import re
import unicodedata

from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.errors import NameUnusable

LEAST_LENGTH, MOST_LENGTH = 5, 100

# OpenAPI, EnrollCertificateRequest.certificateName
_NOT_ALLOWED = re.compile(r"[^a-zA-Z0-9_\- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")
_NOT_IN_FILE_NAMES = re.compile(r"[^a-zA-Z0-9_]+")
_OF_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)


def check_name(name: str) -> None:
    """Raises NameUnusable for a name that KSeF would refuse."""
    if unusable := sorted(set(_NOT_ALLOWED.findall(name))):
        shown = " ".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in unusable)
        raise NameUnusable(EnrolmentCode.NAME_CHARACTERS, {"characters": shown})
    params = {"length": len(name), "least": LEAST_LENGTH, "most": MOST_LENGTH}
    if not LEAST_LENGTH <= len(name) <= MOST_LENGTH:
        raise NameUnusable(EnrolmentCode.NAME_LENGTH, params)


def file_stem(name: str) -> str:
    """A file name without ending that every system takes: ASCII, no blanks, no device's name."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    stem = _NOT_IN_FILE_NAMES.sub("-", letters).strip("-_")
    if not stem or _OF_DEVICES.fullmatch(stem):
        return "-".join(filter(None, ("certificate", stem)))
    return stem
