"""The statuses of a login: code, description and details word for word.

Source: OpenAPI 2.6.0, `AuthenticationOperationStatusResponse.status`; details of 450 as of 2.6.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bridge.credentials.context import ContextIdentifier


@dataclass(frozen=True, slots=True)
class Status:
    """KSeF's `StatusInfo`."""

    code: int
    description: str
    details: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The status as KSeF writes it; without details the member is absent."""
        body: dict[str, Any] = {"code": self.code, "description": self.description}
        if self.details:
            body["details"] = list(self.details)
        return body


IN_PROGRESS = Status(100, "Uwierzytelnianie w toku")
SUCCESS = Status(200, "Uwierzytelnianie zakończone sukcesem")
NO_PERMISSIONS = Status(
    415, "Uwierzytelnianie zakończone niepowodzeniem", ("Brak przypisanych uprawnień",)
)
REVOKED = Status(
    425,
    "Uwierzytelnienie unieważnione",
    ("Uwierzytelnienie i powiązane refresh tokeny zostały unieważnione przez użytkownika",),
)
DECEASED = Status(
    470,
    "Uwierzytelnianie zakończone niepowodzeniem",
    ("Próba wykorzystania metod autoryzacyjnych osoby zmarłej",),
)
BLOCKED = Status(
    480,
    "Uwierzytelnienie zablokowane",
    (
        "Podejrzenie incydentu bezpieczeństwa. Skontaktuj się z Ministerstwem Finansów przez "
        "formularz zgłoszeniowy.",
    ),
)


def _bad_token(detail: str) -> Status:
    return Status(
        450, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędnego tokenu", (detail,)
    )


def _bad_certificate(detail: str) -> Status:
    return Status(
        460, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędu certyfikatu", (detail,)
    )


TOKEN_ENCRYPTION = _bad_token("Nieprawidłowe szyfrowanie tokena")
TOKEN_ENCODING = _bad_token("Nieprawidłowe kodowanie tokena")
TOKEN_TIME = _bad_token("Nieprawidłowy czas tokena")
TOKEN_UNKNOWN = _bad_token("Nieprawidłowy token")
TOKEN_REVOKED = _bad_token("Token unieważniony")
TOKEN_INACTIVE = _bad_token("Token nieaktywny")

CERTIFICATE_INVALID = _bad_certificate("Nieważny certyfikat")
CERTIFICATE_CHAIN_BROKEN = _bad_certificate("Błąd weryfikacji łańcucha certyfikatów")
CERTIFICATE_CHAIN_UNTRUSTED = _bad_certificate("Niezaufany łańcuch certyfikatów")
CERTIFICATE_REVOKED = _bad_certificate("Certyfikat odwołany")
CERTIFICATE_SUSPENDED = _bad_certificate("Certyfikat zawieszony")
CERTIFICATE_INCORRECT = _bad_certificate("Niepoprawny certyfikat")


def token_of_another_context(requested: ContextIdentifier) -> Status:
    """450 for a token used in `requested` though made for another context."""
    return _bad_token(
        f"Token nie może być użyty w kontekście {requested.type.value}: {requested.value}"
    )
