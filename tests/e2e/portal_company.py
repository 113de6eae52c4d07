"""A company with what the portal handed out to it, and what is found of it in EspoCRM."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from tests.e2e.credential_files import CredentialFiles, portal_files
from tests.e2e.records import LINK_FIELDS, Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip


def encoded(files: list[tuple[str, bytes]]) -> list[dict[str, str]]:
    return [
        {"name": name, "content": base64.b64encode(content).decode()} for name, content in files
    ]


@dataclass(frozen=True)
class Company:
    """A NIP and the portal's files for it, both keys under one password."""

    nip: str
    authentication: CredentialFiles
    offline: CredentialFiles

    @property
    def password(self) -> str:
        return self.authentication.password

    def written(self, folder: Path) -> list[Path]:
        return [*self.offline.written(folder), *self.authentication.written(folder)]

    def given(self) -> list[tuple[str, bytes]]:
        return [
            pair
            for each in (self.authentication, self.offline)
            for pair in (
                (each.certificate_name, each.certificate),
                (each.key_name, each.key),
            )
        ]

    def sent(self) -> dict[str, object]:
        return {"files": encoded(self.given()), "password": self.password}


def under(files: CredentialFiles, password: str) -> CredentialFiles:
    encryption = BestAvailableEncryption(password.encode())
    key = files.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return replace(files, key=key, password=password)


def new_company(bridge: Installation, folder: Path, environment: str = "Test") -> Company:
    nip, port = new_nip(), bridge.simulator.port
    made = {
        each: portal_files(folder / each, port, nip, each, environment)
        for each in ("Authentication", "Offline")
    }
    offline = replace(made["Offline"], name=f"{made['Offline'].name}-offline")
    return Company(nip, made["Authentication"], under(offline, made["Authentication"].password))


def new_profile(records: Records, nip: str, **more: object) -> str:
    """A profile that logs in by certificate, and has none yet."""
    answer = records.save_profile(
        **{"name": "Sklep Kowalski", "nip": nip, "authorizationType": "Certificate", **more}
    )
    assert answer.status == 200, answer.message
    return str(answer.json["id"])


def linked(user: RestUser, profile: str) -> list[str | None]:
    """The certificates of a profile: that for logging in, the Offline one."""
    record = user.done("GET", f"KsefProfile/{profile}")
    return [record[f"{field}Id"] for field in LINK_FIELDS.values()]


def certificates_of(user: RestUser, holder: str) -> list[str]:
    return _ids(user, "KsefCertificate", "identifierValue", holder)


def profiles_of(user: RestUser, nip: str) -> list[str]:
    return _ids(user, "KsefProfile", "nip", nip)


def _ids(user: RestUser, scope: str, attribute: str, value: str) -> list[str]:
    where = f"where[0][type]=equals&where[0][attribute]={attribute}&where[0][value]={value}"
    listed = user.done("GET", f"{scope}?select=id,name&{where}")["list"]
    return [each["id"] for each in listed]
