"""Profiles and certificates as the tests enter them by REST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.e2e.credential_files import CredentialFiles
from tests.e2e.rest import Answer, RestUser

LINK_FIELDS = {"Authentication": "authorizationCertificate", "Offline": "offlineCertificate"}


@dataclass(frozen=True)
class Records:
    """What one user does with our records."""

    user: RestUser

    def save_certificate(self, files: CredentialFiles, **more: object) -> Answer:
        """Upload both files, then save."""
        return self.save_uploads(
            certificateFileId=self.user.uploaded(
                "certificateFile", files.certificate_name, files.certificate
            ),
            keyFileId=self.user.uploaded("keyFile", files.key_name, files.key),
            **{"name": files.name, "password": files.password, **more},
        )

    def save_uploads(self, **attributes: object) -> Answer:
        return self.user.call("POST", "KsefCertificate", attributes)

    def certificate(self, files: CredentialFiles, **more: object) -> str:
        """The id of a certificate that must be saved."""
        answer = self.save_certificate(files, **more)
        assert answer.status == 200, f"{answer.status} {answer.body[:2000]!r}"
        return str(answer.json["id"])

    def save_profile(self, **attributes: object) -> Answer:
        body = {"environment": "Test", **attributes}
        return self.user.call("POST", "KsefProfile", body)

    def token_profile(self, name: str, nip: str, token: str, **more: object) -> str:
        """The id of a profile that logs in by token; it must be saved."""
        answer = self.save_profile(
            **{"name": name, "nip": nip, "authorizationType": "Token", "token": token, **more}
        )
        assert answer.status == 200, f"{answer.status} {answer.body[:2000]!r}"
        return str(answer.json["id"])

    def certificate_profile(self, name: str, nip: str, certificate_id: str, **more: object) -> str:
        """The id of a profile that logs in by certificate; it must be saved."""
        login = {"authorizationType": "Certificate", "authorizationCertificateId": certificate_id}
        answer = self.save_profile(**{"name": name, "nip": nip, **login, **more})
        assert answer.status == 200, f"{answer.status} {answer.body[:2000]!r}"
        return str(answer.json["id"])

    def connection_test(self, profile_id: str) -> Any:
        return self.user.done("POST", f"KsefProfile/{profile_id}/testConnection", {})
