"""Words of each refusal of a link in English and in Polish: what is wrong, and what to do.

They stand here a second time on purpose: a text that loses its advice is noticed.
"""

from __future__ import annotations

WORDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "invoice-missing": (
        ("names no invoice", "Send the file"),
        ("nie wskazano faktury", "Wyślij jej plik"),
    ),
    "invoice-given-twice": (
        ("both", "Send only one"),
        ("zarówno plik", "Wyślij tylko jedno"),
    ),
    "invoice-hash-malformed": (
        ("not a SHA-256", "base64url (43 characters)"),
        ("nie jest skrótem SHA-256", "base64url (43 znaki)"),
    ),
    "issue-date-missing": (
        ("issue date of the invoice is missing", "issueDate"),
        ("Brakuje daty wystawienia", "issueDate"),
    ),
    "issue-date-malformed": (
        ("not a day", "like 2026-02-01"),
        ("nie jest dniem", "jak 2026-02-01"),
    ),
    "issue-date-out-of-range": (
        ("2006-01-01", "Correct it"),
        ("2006-01-01", "Popraw ją"),
    ),
    "issue-date-mismatch": (
        ("differs from that in the invoice's file (2026-02-01)", "right file"),
        ("różni się od daty w pliku faktury (2026-02-01)", "właściwy plik"),
    ),
    "seller-nip-missing": (
        ("seller's NIP is missing", "sellerNip"),
        ("Brakuje NIP-u sprzedawcy", "sellerNip"),
    ),
    "seller-nip-malformed": (
        ("ten digits", "Correct it"),
        ("dziesięć cyfr", "Popraw go"),
    ),
    "seller-nip-check-digit": (
        ("last digit", "Correct it"),
        ("ostatnia cyfra", "Popraw go"),
    ),
    "seller-nip-mismatch": (
        ("(5265877635, Podmiot1)", "right file"),
        ("(5265877635, Podmiot1)", "właściwy plik"),
    ),
    "ksef-number-malformed": (
        ("35 characters", "Correct it"),
        ("35 znaków", "Popraw go"),
    ),
    "ksef-number-check-byte": (
        ("last two characters", "Copy it"),
        ("dwa ostatnie znaki", "Skopiuj go"),
    ),
    "ksef-number-of-another-seller": (
        ("another invoice", "Send the number"),
        ("innej faktury", "Wyślij numer"),
    ),
    "invoice-file-not-utf8": (
        ("UTF-8", "without BOM"),
        ("UTF-8", "bez BOM"),
    ),
    "invoice-file-not-xml": (
        ("not well-formed XML", "as it goes to KSeF"),
        ("nie jest poprawnym dokumentem XML", "jaki trafia do KSeF"),
    ),
    "invoice-file-forbidden-content": (
        ("DOCTYPE", "Remove it"),
        ("DOCTYPE", "Usuń to"),
    ),
    "invoice-file-discouraged-character": (
        ("U+0086", "make the file anew"),
        ("U+0086", "utwórz plik ponownie"),
    ),
    "invoice-file-schema-unknown": (
        ("FA(2) or FA(3)", "send invoiceSha256"),
        ("FA(2) ani FA(3)", "wyślij invoiceSha256"),
    ),
    "invoice-file-field-missing": (
        ("lacks the field Fa/P_1", "Complete the invoice"),
        ("brakuje pola Fa/P_1", "Uzupełnij fakturę"),
    ),
    "invoice-file-field-repeated": (
        ("Fa/P_1 more than once", "Correct the invoice"),
        ("Fa/P_1 więcej niż raz", "Popraw fakturę"),
    ),
    "profile-inactive": (
        ("inactive", "Set its status"),
        ("nieaktywny", "zmień jego status"),
    ),
    "profile-incomplete": (
        ("no environment", "fill in both"),
        ("nie wskazuje środowiska", "uzupełnij oba"),
    ),
    "offline-context-malformed": (
        ("right form (internal identifier)", "Make a new profile"),
        ("we właściwej postaci (identyfikator wewnętrzny)", "Utwórz nowy profil"),
    ),
    "offline-certificate-not-set": (
        ("No Offline certificate is linked", "Link one"),
        ("nie powiązano certyfikatu Offline", "Powiąż certyfikat"),
    ),
    "offline-certificate-not-active": (
        ("the status Revoked", "link another one: this one cannot be set to Active"),
        ("status Unieważniony", "powiąż inny: tego nie można już aktywować"),
    ),
    "offline-certificate-wrong-type": (
        ("the type Authentication", "Link an Offline certificate"),
        ("typ Uwierzytelniający", "Powiąż certyfikat Offline"),
    ),
    "offline-certificate-wrong-kind": (
        ("of another kind: self-signed certificate", "Request one"),
        ("innego rodzaju: certyfikat samopodpisany", "Złóż w KSeF wniosek"),
    ),
    "offline-certificate-unreadable": (
        ("cannot be read", "Upload certificate and key"),
        ("Nie można odczytać", "Wgraj ponownie"),
    ),
    "offline-certificate-expired": (
        ("expired on 2026-03-01", "Request a new one"),
        ("wygasł 2026-03-01", "Złóż w KSeF wniosek"),
    ),
    "offline-certificate-not-yet-valid": (
        ("2126-03-06 at 01:00 Warsaw time (Central European Time", "Wait until then"),
        ("dopiero od 2126-03-06, godz. 01:00 czasu warszawskiego", "Poczekaj"),
    ),
    "offline-certificate-of-another-environment": (
        ("not issued in the environment", "Link one that was issued there"),
        ("nie wydano w środowisku", "Powiąż certyfikat wydany w tym"),
    ),
    "offline-certificate-serial-number": (
        ("serial number", "Link a certificate that KSeF issued"),
        ("Numer seryjny", "Powiąż certyfikat wydany przez KSeF"),
    ),
    "offline-certificate-key-unsuited": (
        ("(EC P-384)", "Request a new certificate"),
        ("(EC P-384)", "Złóż wniosek"),
    ),
    "offline-private-key-not-set": (
        ("holds no private key", "Upload certificate and key"),
        ("nie zawiera klucza prywatnego", "Wgraj do niego ponownie"),
    ),
    "offline-private-key-mismatch": (
        ("does not belong to the Offline certificate", "Upload certificate and key"),
        ("nie należy do certyfikatu Offline", "Wgraj ponownie"),
    ),
    "seal-unusable": (
        ("made for another record", "upload the certificate again"),
        ("dla innego rekordu", "wgraj ponownie certyfikat"),
    ),
}


def assert_words(text: str, code: str, language: str) -> None:
    """The text says what is wrong and what to do, and has no gap that nobody filled in."""
    english, polish = WORDS[code]
    for each in english if language == "en" else polish:
        assert each in text, f"{code}: “{each}” is not in “{text}”"
    assert "{" not in text
