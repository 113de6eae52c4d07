"""The fields of a KSeF Profile: one company, one environment, one way to log in."""

from __future__ import annotations

from espo_extension.model.fields import NOTHING_CHOSEN, Field, Option, Secrecy
from espo_extension.model.ksef_options import ENVIRONMENTS
from espo_extension.model.ksef_profile_rights import RIGHTS_FIELDS
from espo_extension.model.record_fields import FINDINGS, RECORD_FIELDS
from espo_extension.model.text import Text

OVERVIEW_FIELDS = (
    Field(
        name="name",
        type="varchar",
        label=Text("Name", "Nazwa"),
        max_length=255,
        required=True,
    ),
    Field(
        name="status",
        type="enum",
        label=Text("Status", "Status"),
        tooltip=Text(
            "An Inactive profile gets no access to KSeF, and its sessions there are ended. Tokens "
            "already handed out end within 15 minutes.",
            "Profil nieaktywny nie otrzymuje dostępu do KSeF, a jego sesje są tam kończone. Wydane "
            "już tokeny dostępowe wygasają w ciągu 15 minut.",
        ),
        options=(
            Option("Active", Text("Active", "Aktywny"), "success"),
            Option("Inactive", Text("Inactive", "Nieaktywny"), "default"),
        ),
        default="Active",
        max_length=16,
        required=True,
        as_label=True,
        audited=True,
    ),
    Field(
        name="nip",
        type="varchar",
        label=Text("NIP", "NIP"),
        tooltip=Text(
            "The company whose invoices this profile issues and reads: 10 digits. "
            "It is fixed after the profile is created; another company is another profile.",
            "Firma, której faktury ten profil wystawia i odczytuje: 10 cyfr. Po utworzeniu "
            "profilu numeru nie można zmienić; dla innej firmy utwórz inny profil.",
        ),
        max_length=10,
        required=True,
        pattern="ksefNip",
        sanitizer=r"Classes\FieldSanitizers\IdentifierAsWritten",
        view="ksef-profile/fields/nip",
        fixed_after_create=True,
        copy_button=True,
    ),
    Field(
        name="internalId",
        type="varchar",
        label=Text("Internal Identifier", "Identyfikator wewnętrzny"),
        tooltip=Text(
            "Only for a unit of the company that has an identifier of its own in KSeF: the "
            "company's NIP, a hyphen and five digits. Leave it empty for the company as a whole.",
            "Tylko dla jednostki firmy, która ma w KSeF własny identyfikator: NIP firmy, myślnik "
            "i pięć cyfr. Dla całej firmy pozostaw puste.",
        ),
        max_length=16,
        not_null=True,
        default="",
        pattern="ksefInternalId",
        sanitizer=r"Classes\FieldSanitizers\IdentifierAsWritten",
        view="ksef-profile/fields/internal-id",
        fixed_after_create=True,
    ),
    Field(
        name="environment",
        type="enum",
        label=Text("Environment", "Środowisko"),
        tooltip=Text(
            "Production holds real invoices. Demo and Test are for trying out; each environment "
            "has its own tokens, certificates and permissions. Fixed after the profile is created.",
            "W środowisku produkcyjnym są prawdziwe faktury. Demo i środowisko testowe służą do "
            "prób; każde środowisko ma własne tokeny, certyfikaty i uprawnienia. Po utworzeniu "
            "profilu środowiska nie można zmienić.",
        ),
        options=(NOTHING_CHOSEN, *ENVIRONMENTS),
        max_length=16,
        required=True,
        fixed_after_create=True,
        view="ksef-profile/fields/environment",
        as_label=True,
    ),
)

AUTHORIZATION_FIELDS = (
    Field(
        name="authorizationType",
        type="enum",
        label=Text("Authorization Type", "Sposób uwierzytelniania"),
        tooltip=Text(
            "Token: one string generated in Aplikacja Podatnika KSeF. Certificate: a KSeF "
            "certificate of type Authentication, or a qualified certificate, with its key. In a "
            "new profile what is entered chooses it.",
            "Token: ciąg znaków wygenerowany w Aplikacji Podatnika KSeF. Certyfikat: certyfikat "
            "KSeF typu uwierzytelniającego albo certyfikat kwalifikowany, razem z kluczem. W nowym "
            "profilu wybiera go to, co zostanie wprowadzone.",
        ),
        options=(
            NOTHING_CHOSEN,
            Option("Token", Text("Token", "Token")),
            Option("Certificate", Text("Certificate", "Certyfikat")),
        ),
        default="",
        max_length=16,
        required=True,
        audited=True,
    ),
    Field(
        name="token",
        type="text",
        label=Text("KSeF Token", "Token KSeF"),
        tooltip=Text(
            "Log in to Aplikacja Podatnika KSeF of the profile's environment, open the section "
            "Tokens, and generate a token with the rights to issue and to read invoices. It is "
            "shown there once: copy the whole of it and paste it here; it fills in the NIP. The "
            "token is checked, sealed by the bridge, and never stored in EspoCRM.",
            "Zaloguj się do Aplikacji Podatnika KSeF właściwego środowiska, otwórz sekcję Tokeny "
            "i wygeneruj token z uprawnieniami do wystawiania i przeglądania faktur. Token jest "
            "tam wyświetlany tylko raz: skopiuj go w całości i wklej tutaj, a NIP wypełni się sam. "
            "Token jest sprawdzany i pieczętowany przez mostek; EspoCRM nigdy go nie przechowuje.",
        ),
        secrecy=Secrecy.INPUT,
        is_secret=True,
        stored=False,
        rows=3,
        view="ksef-profile/fields/token",
    ),
    Field(
        name="tokenSealed",
        type="text",
        label=Text("Sealed Token", "Zapieczętowany token"),
        secrecy=Secrecy.STORED,
        is_secret=True,
        read_only=True,
    ),
    Field(
        name="tokenReference",
        type="varchar",
        label=Text("Token Reference Number", "Numer referencyjny tokena"),
        max_length=36,
        read_only=True,
        copy_button=True,
        audited=True,
    ),
    Field(
        name="authorizationCertificate",
        type="link",
        label=Text("Authorization Certificate", "Certyfikat uwierzytelniający"),
        tooltip=Text(
            "Identifies whoever connects to KSeF: an Active KSeF certificate of type "
            "Authentication, or a qualified certificate. One certificate may serve several "
            "profiles, and its NIP or PESEL need not be the profile's NIP: KSeF decides by the "
            "permissions that were granted.",
            "Potwierdza tożsamość przy łączeniu z KSeF: aktywny certyfikat KSeF typu "
            "uwierzytelniającego albo certyfikat kwalifikowany. Jeden certyfikat może służyć kilku "
            "profilom, a jego NIP lub PESEL nie musi być numerem NIP profilu: KSeF rozstrzyga na "
            "podstawie nadanych uprawnień.",
        ),
        create_button=True,
        audited=True,
        view="ksef-profile/fields/authorization-certificate",
    ),
    Field(
        name="offlineCertificate",
        type="link",
        label=Text("Offline Certificate", "Certyfikat Offline"),
        tooltip=Text(
            "For invoices issued in offline mode: the KSeF certificate of type Offline confirms "
            "the issuer's authenticity and the invoice's integrity in the second QR code "
            "(KOD II). It cannot log in. One certificate may serve several profiles.",
            "Do faktur wystawianych w trybie offline: certyfikat KSeF typu Offline potwierdza "
            "w drugim kodzie QR (KOD II) autentyczność wystawcy i integralność faktury. Nie "
            "można się nim uwierzytelnić. Jeden certyfikat może służyć kilku profilom.",
        ),
        create_button=True,
        audited=True,
        view="ksef-profile/fields/offline-certificate",
    ),
)

SIGNING_REQUEST_FIELD = Field(
    name="signingRequestId",
    type="varchar",
    label=Text("Login by Qualified Signature", "Uwierzytelnienie podpisem kwalifikowanym"),
    max_length=64,
    read_only=True,
    for_screens_only=True,
    view="ksef-profile/fields/signing-request",
)

CONNECTION_FIELDS = (
    # Until the bridge has ended them after the profile was switched off.
    Field(
        name="sessionsMayBeOpen",
        type="bool",
        label=Text("Sessions at KSeF", "Sesje w KSeF"),
        read_only=True,
        for_screens_only=True,
        default=True,
        view="ksef-profile/fields/left-sessions",
    ),
    Field(
        name="connectionStatus",
        type="enum",
        label=Text("Connection", "Połączenie"),
        options=(
            Option("NotTested", Text("Not tested", "Niesprawdzone"), "info"),
            Option("Connected", Text("Connected", "Połączono"), "success"),
            Option("Failed", Text("Failed", "Błąd"), "danger"),
        ),
        default="NotTested",
        max_length=16,
        view="ksef-profile/fields/connection-status",
        read_only=True,
        as_label=True,
        audited=True,
    ),
    Field(
        name="connectionCheckedAt",
        type="datetime",
        label=Text("Checked At", "Sprawdzono"),
        read_only=True,
    ),
    Field(
        name="connectionCode",
        type="varchar",
        label=Text("What KSeF Said", "Odpowiedź KSeF"),
        max_length=100,
        read_only=True,
        view="ksef-profile/fields/connection-code",
    ),
    Field(
        name="connectionParams",
        type="jsonObject",
        label=Text("Connection Details", "Szczegóły połączenia"),
        read_only=True,
    ),
    Field(
        name="permissions",
        type="jsonArray",
        label=Text("Permissions", "Uprawnienia"),
        tooltip=Text(
            "The rights that KSeF granted in this context, as of the last connection test.",
            "Uprawnienia nadane w KSeF w tym kontekście, według ostatniego testu połączenia.",
        ),
        read_only=True,
        view="ksef-profile/fields/permissions",
    ),
    *RIGHTS_FIELDS,
    Field(
        name="expiry",
        type="jsonArray",
        label=Text("Validity", "Ważność"),
        tooltip=Text(
            "How long the profile can log in and issue offline with what it has, and whether that "
            "renews itself.",
            "Jak długo profil może się uwierzytelniać i wystawiać faktury offline tym, co ma, i "
            "czy to się samo odnawia.",
        ),
        stored=False,
        computed_from=(
            "authorizationType",
            "authorizationCertificateId",
            "offlineCertificateId",
            "environment",
            "tokenReference",
        ),
        read_only=True,
        for_screens_only=True,
        view="ksef-profile/fields/expiry",
    ),
    Field(
        name="announcedSerialNumbers",
        type="jsonArray",
        label=Text("Announced Certificates", "Zgłoszone certyfikaty"),
        read_only=True,
        for_screens_only=True,
    ),
    Field(
        name="tokenEndNoticedDays",
        type="int",
        label=Text(
            "End of Tokens Announced Days Before", "Koniec tokenów zapowiedziano dni wcześniej"
        ),
        read_only=True,
        for_screens_only=True,
    ),
)

COMPANY_FIELDS = (
    Field(
        name="companyName",
        type="varchar",
        label=Text("Company Name", "Nazwa firmy"),
        max_length=255,
        view="ksef-profile/fields/company-name",
    ),
    Field(name="address", type="text", label=Text("Address", "Adres"), rows=4),
    Field(
        name="regon",
        type="varchar",
        label=Text("REGON", "REGON"),
        max_length=14,
        pattern="ksefRegon",
    ),
    Field(
        name="krsNumber",
        type="varchar",
        label=Text("KRS Number", "Numer KRS"),
        max_length=10,
        pattern="ksefKrsNumber",
    ),
    # Not of EspoCRM's type `email`: whoever reads an e-mail is told which record has its address,
    # whatever his role says.
    Field(
        name="emailAddress",
        type="varchar",
        label=Text("E-mail Address", "Adres e-mail"),
        max_length=255,
        pattern="ksefEmailAddress",
    ),
    Field(
        name="phoneNumber",
        type="phone",
        label=Text("Phone Number", "Numer telefonu"),
        stored=False,
        view="ksef-profile/fields/phone-number",
    ),
)

KSEF_PROFILE_FIELDS = (
    *OVERVIEW_FIELDS,
    *AUTHORIZATION_FIELDS,
    SIGNING_REQUEST_FIELD,
    *CONNECTION_FIELDS,
    *COMPANY_FIELDS,
    FINDINGS,
    *RECORD_FIELDS,
)
