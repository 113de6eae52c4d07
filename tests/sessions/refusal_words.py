"""Words of what each refusal of KSeF says in both languages: what happened, and what to do.

They stand here a second time on purpose: a text that loses its advice is noticed.
"""

from __future__ import annotations

ENGLISH: dict[str, tuple[str, str]] = {
    "ksef-no-permissions": ("no permissions in the context", "granted in Aplikacja Podatnika"),
    "ksef-authentication-revoked": ("revoked this session", "who ends the sessions"),
    "ksef-challenge-rejected": ("challenge", "check the clock"),
    "ksef-token-time-rejected": ("time sent along", "Try again"),
    "ksef-token-encryption-rejected": ("could not decrypt", "Test the connection again"),
    "ksef-token-encoding-rejected": ("form of the token", "paste all of it"),
    "ksef-token-revoked": ("was revoked", "Generate a new one"),
    "ksef-token-inactive": ("is not active", "Wait a minute"),
    "ksef-token-of-another-context": ("another context", "Generate one"),
    "ksef-token-unknown": ("Perhaps it was generated in another environment", "Check the profile"),
    "ksef-token-rejected": ("did not accept the KSeF token", "Generate a new token"),
    "ksef-certificate-not-valid": ("expired or is not valid yet", "link a valid certificate"),
    "ksef-certificate-chain-not-verified": ("could not verify the chain", "use a KSeF certificate"),
    "ksef-certificate-chain-untrusted": ("does not trust the issuer", "Use a KSeF certificate"),
    "ksef-certificate-revoked": ("was revoked", "Request a new one"),
    "ksef-certificate-suspended": ("is suspended", "Have the suspension lifted"),
    "ksef-certificate-rejected": ("does not accept this certificate", "Link one"),
    "ksef-person-deceased": ("deceased", "of another authorised person"),
    "ksef-context-blocked": ("suspicion of a security incident", "Contact the Ministry"),
    "ksef-internal-error": ("unknown error", "Try again in a few minutes"),
    "ksef-authentication-cancelled": ("cancelled the login", "Try again in a moment"),
    "ksef-refused": ("refused with code", "Look this code up"),
    "ksef-document-rejected": ("did not accept the login document", "no proxy alters"),
    "ksef-signature-missing": ("found no signature", "no proxy alters"),
    "ksef-signatures-too-many": ("more signatures", "no proxy alters"),
    "ksef-signature-rejected": ("signature of the login document", "uploading both again"),
    "ksef-signature-conflict": ("does not fit the way of authentication", "Link a certificate"),
    "ksef-document-unreadable": ("could not read the login document", "no proxy alters"),
    "ksef-document-encoding-rejected": ("character encoding", "no proxy alters"),
    "ksef-document-against-schema": ("does not fit KSeF's schema", "Check the NIP"),
    "ksef-subject-not-for-context": ("cannot log in to a context", "Link the certificate"),
    "ksef-request-rejected": ("did not accept the data", "Check the NIP"),
    "ksef-authentication-unknown": ("does not know this login", "Ask again"),
    "ksef-permissions-missing": ("Permissions are missing", "Have one granted"),
    "ksef-ip-not-allowed": ("not the address that the session is bound to", "Log in anew"),
    "ksef-resource-not-accessible": ("not accessible in this context", "Check that it belongs"),
    "ksef-method-not-allowed": ("does not offer this operation", "set its Authorization Type"),
    "ksef-security-blocked": ("security mechanisms blocked", "Do not repeat it"),
    "ksef-context-type-not-allowed": ("in a context of this type", "Use a KSeF Profile"),
    "ksef-forbidden": ("forbids this operation", "Check the permissions"),
}
POLISH: dict[str, tuple[str, str]] = {
    "ksef-no-permissions": ("nie ma on żadnych uprawnień", "Nadaj mu uprawnienia"),
    "ksef-authentication-revoked": ("zostało unieważnione", "kto kończy sesje"),
    "ksef-challenge-rejected": ("wyzwania autoryzacyjnego", "sprawdź zegar"),
    "ksef-token-time-rejected": ("znacznika czasu", "Spróbuj ponownie"),
    "ksef-token-encryption-rejected": ("nie mógł odszyfrować", "Ponownie sprawdź połączenie"),
    "ksef-token-encoding-rejected": ("postaci tokena", "wklej go w całości"),
    "ksef-token-revoked": ("został unieważniony", "Wygeneruj nowy"),
    "ksef-token-inactive": ("jest nieaktywny", "Odczekaj minutę"),
    "ksef-token-of-another-context": ("innego kontekstu", "Wygeneruj token"),
    "ksef-token-unknown": ("Być może wygenerowano go w innym środowisku", "Sprawdź środowisko"),
    "ksef-token-rejected": ("nie przyjął tokena", "Wygeneruj nowy token"),
    "ksef-certificate-not-valid": ("wygasł albo jeszcze nie obowiązuje", "ważny certyfikat"),
    "ksef-certificate-chain-not-verified": ("nie mógł zweryfikować", "użyj certyfikatu KSeF"),
    "ksef-certificate-chain-untrusted": ("nie ufa wystawcy", "Użyj certyfikatu KSeF"),
    "ksef-certificate-revoked": ("został odwołany", "Złóż wniosek o nowy"),
    "ksef-certificate-suspended": ("jest zawieszony", "cofnięcie zawieszenia"),
    "ksef-certificate-rejected": ("nie przyjmuje tego certyfikatu", "Powiąż certyfikat"),
    "ksef-person-deceased": ("nie żyje", "innej uprawnionej osoby"),
    "ksef-context-blocked": ("podejrzenia incydentu", "Skontaktuj się z Ministerstwem"),
    "ksef-internal-error": ("nieznany błąd", "Spróbuj ponownie za kilka minut"),
    "ksef-authentication-cancelled": ("anulowana", "Spróbuj ponownie za chwilę"),
    "ksef-refused": ("odmówił, podając kod", "Sprawdź ten kod"),
    "ksef-document-rejected": ("nie przyjął dokumentu", "serwer proxy nie zmienia"),
    "ksef-signature-missing": ("nie znalazł podpisu", "serwer proxy nie zmienia"),
    "ksef-signatures-too-many": ("zbyt wiele podpisów", "serwer proxy nie zmienia"),
    "ksef-signature-rejected": ("nie przyjął podpisu", "Wgraj ponownie"),
    "ksef-signature-conflict": ("konflikt podpisu", "Powiąż certyfikat"),
    "ksef-document-unreadable": ("nie mógł odczytać dokumentu", "serwer proxy nie zmienia"),
    "ksef-document-encoding-rejected": ("kodowania znaków", "serwer proxy nie zmienia"),
    "ksef-document-against-schema": ("niezgodny ze schemą", "Sprawdź NIP"),
    "ksef-subject-not-for-context": ("nie można uwierzytelnić się", "Powiąż certyfikat"),
    "ksef-request-rejected": ("nie przyjął przesłanych danych", "Sprawdź NIP"),
    "ksef-authentication-unknown": ("nie zna już tej operacji", "Ponów żądanie"),
    "ksef-permissions-missing": ("Brak uprawnień", "Nadaj je"),
    "ksef-ip-not-allowed": ("innego niż adres", "Uwierzytelnij się ponownie"),
    "ksef-resource-not-accessible": ("Brak dostępu", "Sprawdź, czy należy"),
    "ksef-method-not-allowed": ("nie jest dostępna", "wybierz w nim uwierzytelnianie certyfikatem"),
    "ksef-security-blocked": ("zablokowane przez mechanizmy", "Nie ponawiaj go"),
    "ksef-context-type-not-allowed": ("w kontekście tego typu", "Użyj Profilu KSeF"),
    "ksef-forbidden": ("odmawia wykonania", "Sprawdź uprawnienia"),
}


def assert_words(text: str, code: str, language: str) -> None:
    """The text says what happened and what to do, and has no gap that nobody filled in."""
    words = ENGLISH if language == "en" else POLISH
    for each in words[code]:
        assert each in text, f"{code}: “{each}” is not in “{text}”"
    assert "{" not in text
