"""The fields of a KSeF Certificate: what is uploaded, what was found in it, what became of it."""

from __future__ import annotations

from espo_extension.model.fields import NOTHING_CHOSEN, Field, Option, Secrecy
from espo_extension.model.ksef_options import CERTIFICATE_TYPES, ENVIRONMENTS
from espo_extension.model.record_fields import FINDINGS, RECORD_FIELDS
from espo_extension.model.text import Text

OVERVIEW_FIELDS = (
    Field(
        name="attention",
        type="int",
        label=Text("Need for Attention", "Pilność"),
        stored=False,
        read_only=True,
        for_screens_only=True,
        orderer=r"Classes\Select\KsefCertificate\Orderers\ByAttention",
    ),
    Field(
        name="name",
        type="varchar",
        label=Text("Name", "Nazwa"),
        tooltip=Text(
            "Left empty, it is made of the certificate: whose it is, of which type, until when.",
            "Jeżeli pole jest puste, nazwa powstaje z certyfikatu: czyj jest, jakiego typu "
            "i do kiedy.",
        ),
        max_length=255,
    ),
    Field(
        name="status",
        type="enum",
        label=Text("Status", "Status"),
        tooltip=Text(
            "Only an Active certificate can be linked to a profile and used. By hand it can be "
            "made Inactive and Active again; every other status comes from KSeF or from the "
            "certificate's dates.",
            "Z profilem można powiązać tylko certyfikat aktywny. Ręcznie można go wyłączyć "
            "i ponownie włączyć; pozostałe statusy wynikają z KSeF albo z dat certyfikatu.",
        ),
        options=(
            Option("Active", Text("Active", "Aktywny"), "success"),
            Option("Inactive", Text("Inactive", "Nieaktywny"), "default"),
            Option("Requested", Text("Requested", "Zawnioskowany"), "info"),
            Option("Blocked", Text("Blocked", "Zablokowany"), "danger"),
            Option("Revoked", Text("Revoked", "Unieważniony"), "danger"),
            Option("Expired", Text("Expired", "Wygasły"), "danger"),
        ),
        max_length=16,
        as_label=True,
        audited=True,
    ),
    Field(
        name="facts",
        type="varchar",
        label=Text("In Words", "W skrócie"),
        stored=False,
        read_only=True,
        for_screens_only=True,
        view="ksef-certificate/fields/facts",
    ),
)

INPUT_FIELDS = (
    Field(
        name="certificateFile",
        type="file",
        label=Text("Certificate File", "Plik certyfikatu"),
        tooltip=Text(
            "The certificate from the section Certificates of Aplikacja Podatnika KSeF (usually "
            ".crt). A file that holds certificate and key together (.p12, .pfx or .pem) is enough "
            "by itself. There are two types: Authentication, to connect to KSeF, and Offline, to "
            "issue invoices in offline mode; the type is read from the file. The file is not "
            "kept: its certificate is stored, its key is sealed by the bridge.",
            "Certyfikat z sekcji Certyfikaty Aplikacji Podatnika KSeF (zwykle .crt). Wystarczy "
            "też jeden plik z certyfikatem i kluczem (.p12, .pfx albo .pem). Są dwa typy: "
            "uwierzytelniający, do łączenia z KSeF, i Offline, do wystawiania faktur w trybie "
            "offline; typ jest odczytywany z pliku. Plik nie jest przechowywany: zapisywany jest "
            "certyfikat, a klucz pieczętuje mostek.",
        ),
        secrecy=Secrecy.INPUT,
        is_secret=True,
        stored=False,
        view="ksef-certificate/fields/upload",
    ),
    Field(
        name="keyFile",
        type="file",
        label=Text("Private Key File", "Plik klucza prywatnego"),
        tooltip=Text(
            "The private key that was saved together with the certificate (usually .key). It is "
            "checked against the certificate, sealed by the bridge, and removed from EspoCRM.",
            "Klucz prywatny zapisany razem z certyfikatem (zwykle .key). Mostek sprawdza, czy "
            "pasuje do certyfikatu, i go pieczętuje, a plik jest usuwany z EspoCRM.",
        ),
        secrecy=Secrecy.INPUT,
        is_secret=True,
        stored=False,
        view="ksef-certificate/fields/upload",
    ),
    Field(
        name="password",
        type="password",
        label=Text("Key Password", "Hasło klucza"),
        tooltip=Text(
            "The password that was set when the key was made, or that of the .p12 file. Leave it "
            "empty for a key without one. It is used once, to open the key, and never stored.",
            "Hasło nadane przy tworzeniu klucza albo hasło pliku .p12. Jeżeli klucz nie ma hasła, "
            "pozostaw puste. Hasło służy raz, do otwarcia klucza, i nie jest przechowywane.",
        ),
        secrecy=Secrecy.INPUT,
        is_secret=True,
        stored=False,
        view="ksef-certificate/fields/password",
    ),
    Field(
        name="expectedType",
        type="enum",
        label=Text("Expected Type", "Oczekiwany typ"),
        options=(NOTHING_CHOSEN, *CERTIFICATE_TYPES),
        max_length=16,
        stored=False,
        for_screens_only=True,
    ),
    Field(
        name="expectedEnvironment",
        type="enum",
        label=Text("Expected Environment", "Oczekiwane środowisko"),
        options=(NOTHING_CHOSEN, *ENVIRONMENTS),
        max_length=16,
        stored=False,
        for_screens_only=True,
    ),
    # Of several certificates in the files the one that is meant.
    Field(
        name="expectedFingerprint",
        type="varchar",
        label=Text("Expected Fingerprint", "Oczekiwany odcisk palca"),
        max_length=64,
        stored=False,
        for_screens_only=True,
    ),
)

KEY_FIELDS = (
    Field(
        name="privateKeySealed",
        type="text",
        label=Text("Sealed Private Key", "Zapieczętowany klucz prywatny"),
        secrecy=Secrecy.STORED,
        is_secret=True,
        read_only=True,
    ),
    Field(
        name="hasPrivateKey",
        type="bool",
        label=Text("Private Key Stored", "Klucz prywatny zapisany"),
        tooltip=Text(
            "Whether a sealed private key belongs to this certificate. Without one it cannot be "
            "used: upload the key file again.",
            "Czy z tym certyfikatem zapisano zapieczętowany klucz prywatny. Bez klucza "
            "certyfikatu nie można używać: wgraj plik klucza ponownie.",
        ),
        stored=False,
        read_only=True,
        select="IS_NOT_NULL:(privateKeySealed)",
        present_with="privateKeySealed",
    ),
)

FACT_FIELDS = (
    Field(
        name="type",
        type="enum",
        label=Text("Type", "Typ"),
        tooltip=Text(
            "Authentication: identity when connecting to KSeF. Offline: authenticity of the "
            "issuer and integrity of invoices in offline mode. Read from the file, never chosen.",
            "Uwierzytelniający: potwierdza tożsamość przy łączeniu z KSeF. Offline: potwierdza "
            "autentyczność wystawcy i integralność faktury w trybie offline. Odczytywany "
            "z pliku, nie wybiera się go.",
        ),
        options=(NOTHING_CHOSEN, *CERTIFICATE_TYPES),
        max_length=16,
        read_only=True,
        as_label=True,
    ),
    Field(
        name="kind",
        type="enum",
        label=Text("Kind", "Rodzaj"),
        options=(
            NOTHING_CHOSEN,
            Option("Ksef", Text("KSeF certificate", "Certyfikat KSeF")),
            Option("Qualified", Text("Qualified certificate", "Certyfikat kwalifikowany")),
            Option("SelfSigned", Text("Self-signed", "Samopodpisany")),
            Option("Unknown", Text("Unknown", "Nieznany")),
        ),
        max_length=16,
        read_only=True,
    ),
    Field(
        name="environment",
        type="enum",
        label=Text("Environment", "Środowisko"),
        tooltip=Text(
            "The KSeF environment in which the certificate was issued; empty where the issuer does "
            "not tell: Test and Demo have one issuer, and that of a qualified certificate knows "
            "nothing of KSeF.",
            "Środowisko KSeF, w którym wydano certyfikat; puste, gdy wystawca tego nie określa: "
            "środowiska testowe i Demo mają wspólnego wystawcę, a wystawca certyfikatu "
            "kwalifikowanego nie zna środowisk KSeF.",
        ),
        options=(NOTHING_CHOSEN, *ENVIRONMENTS),
        max_length=16,
        read_only=True,
        as_label=True,
    ),
    Field(
        name="serialNumber",
        type="varchar",
        label=Text("Serial Number", "Numer seryjny"),
        max_length=64,
        read_only=True,
        copy_button=True,
    ),
    Field(name="subjectName", type="text", label=Text("Subject", "Podmiot"), read_only=True),
    Field(name="issuerName", type="text", label=Text("Issuer", "Wystawca"), read_only=True),
    Field(
        name="identifierType",
        type="enum",
        label=Text("Identifier Type", "Typ identyfikatora"),
        options=(
            NOTHING_CHOSEN,
            Option("Nip", Text("NIP", "NIP")),
            Option("Pesel", Text("PESEL", "PESEL")),
            Option("Fingerprint", Text("Certificate fingerprint", "Odcisk palca certyfikatu")),
        ),
        max_length=16,
        read_only=True,
    ),
    Field(
        name="identifierValue",
        type="varchar",
        label=Text("Identifier", "Identyfikator"),
        tooltip=Text(
            "The NIP or PESEL that the certificate carries. It says who connects, not for which "
            "company: it need not be the NIP of the profile.",
            "NIP albo PESEL zapisany w certyfikacie. Wskazuje, kto się łączy, a nie w imieniu "
            "której firmy: nie musi to być NIP profilu.",
        ),
        max_length=64,
        read_only=True,
    ),
    Field(
        name="keyAlgorithm",
        type="varchar",
        label=Text("Key Algorithm", "Algorytm klucza"),
        max_length=32,
        read_only=True,
    ),
    Field(
        name="fingerprint",
        type="varchar",
        label=Text("Fingerprint (SHA-256)", "Odcisk palca (SHA-256)"),
        max_length=64,
        read_only=True,
        copy_button=True,
        audited=True,
    ),
    Field(name="validFrom", type="datetime", label=Text("Valid From", "Ważny od"), read_only=True),
    Field(name="validTo", type="datetime", label=Text("Valid To", "Ważny do"), read_only=True),
    Field(
        name="daysLeft",
        type="int",
        label=Text("Validity", "Ważność"),
        stored=False,
        computed_from=("status", "validTo", "endedAt"),
        read_only=True,
        view="ksef-certificate/fields/days-left",
    ),
    Field(
        name="usedBy",
        type="jsonArray",
        label=Text("Used By", "Używany przez"),
        stored=False,
        read_only=True,
        for_screens_only=True,
        view="ksef-certificate/fields/used-by",
    ),
    Field(
        name="certificatePem",
        type="text",
        label=Text("Certificate (PEM)", "Certyfikat (PEM)"),
        read_only=True,
    ),
)

RENEWAL_FIELDS = (
    Field(
        name="package",
        type="file",
        label=Text("Certificate Package", "Pakiet certyfikatu"),
        tooltip=Text(
            "The certificate and its key as they came when the certificate was requested here. "
            "It opens with the password that was shown once at that time.",
            "Certyfikat i klucz uzyskane przy wnioskowaniu o certyfikat w EspoCRM. Pakiet otwiera "
            "hasło, które wyświetlono wtedy jeden raz.",
        ),
        read_only=True,
    ),
    Field(
        name="autoRenew",
        type="bool",
        label=Text("Renew Automatically", "Odnawiaj automatycznie"),
        tooltip=Text(
            "30 days before it ends, a certificate of KSeF that a profile uses is renewed with the "
            "login of a certificate of the same NIP or PESEL, and the profiles use the new one.",
            "Na 30 dni przed końcem certyfikat KSeF, którego używa jakiś profil, jest odnawiany, "
            "a profile używają nowego. Wniosek składany jest z uwierzytelnieniem certyfikatem "
            "tego samego NIP albo PESEL.",
        ),
        default=False,
        audited=True,
        view="ksef-certificate/fields/auto-renew",
    ),
    Field(
        name="endedAt",
        type="datetime",
        label=Text("Not Usable Since", "Nie do użycia od"),
        tooltip=Text(
            "When EspoCRM learned that KSeF blocked or revoked the certificate, or that it "
            "expired.",
            "Kiedy EspoCRM dowiedział się, że KSeF zablokował lub unieważnił certyfikat albo że "
            "certyfikat wygasł.",
        ),
        read_only=True,
    ),
    Field(
        name="lastCheckedAt",
        type="datetime",
        label=Text("Last Checked At", "Ostatnio sprawdzono"),
        tooltip=Text(
            "When KSeF was last asked for the status. A job asks once a day for all certificates "
            "of whoever logs in.",
            "Kiedy ostatnio zapytano KSeF o status. Zadanie pyta raz dziennie o wszystkie "
            "certyfikaty podmiotu, który się uwierzytelnia.",
        ),
        read_only=True,
    ),
)

NOTICE_FIELDS = (
    Field(
        name="noticedDays",
        type="int",
        label=Text("End Announced Days Before", "Koniec zapowiedziano dni wcześniej"),
        read_only=True,
        for_screens_only=True,
    ),
    # Of certificates that others were uploaded in place of: KSeF lists them still.
    Field(
        name="formerSerialNumbers",
        type="jsonArray",
        label=Text("Former Serial Numbers", "Poprzednie numery seryjne"),
        read_only=True,
        for_screens_only=True,
    ),
)

REQUEST_FIELDS = (
    Field(
        name="requestedByProfile",
        type="link",
        label=Text("Requested by Profile", "Wnioskujący profil"),
        tooltip=Text(
            "The KSeF Profile with whose login the certificate was requested here.",
            "Profil KSeF, którego uwierzytelnieniem złożono wniosek o ten certyfikat.",
        ),
        read_only=True,
    ),
    Field(
        name="enrolmentCode",
        type="varchar",
        label=Text("What Became of the Request", "Przebieg wniosku"),
        max_length=100,
        read_only=True,
        view="fields/coded-message",
    ),
    Field(
        name="enrolmentParams",
        type="jsonObject",
        label=Text("Request Details", "Szczegóły wniosku"),
        read_only=True,
    ),
    Field(
        name="enrolmentReference",
        type="varchar",
        label=Text("Reference Number of the Request", "Numer referencyjny wniosku"),
        max_length=36,
        read_only=True,
        copy_button=True,
    ),
    # KSeF was asked, and may issue it whatever stands in the way just now.
    Field(
        name="enrolmentSent",
        type="bool",
        label=Text("Request Sent to KSeF", "Wniosek wysłany do KSeF"),
        secrecy=Secrecy.STORED,
        read_only=True,
        default=False,
    ),
    # The login, signed elsewhere, by which it was requested.
    Field(
        name="signingRequestId",
        type="varchar",
        label=Text("Signing Request", "Podpisane uwierzytelnienie"),
        max_length=64,
        read_only=True,
        for_screens_only=True,
    ),
    # The bridge still keeps something of the request, and is to be told when it may forget it.
    Field(
        name="hasEnrolment",
        type="bool",
        label=Text("Request Kept by the Bridge", "Wniosek przechowywany przez mostek"),
        secrecy=Secrecy.STORED,
        read_only=True,
        default=False,
    ),
)

SUCCESSION_FIELDS = (
    Field(
        name="predecessor",
        type="link",
        label=Text("Renews", "Odnawia"),
        tooltip=Text(
            "The certificate that this one renews. It is kept until it ends.",
            "Certyfikat, który ten odnawia. Pozostaje w EspoCRM, aż wygaśnie.",
        ),
        read_only=True,
    ),
    # It was requested in place of its predecessor, whose profiles do not use it yet.
    Field(
        name="renewalPending",
        type="bool",
        label=Text("Takes over from Its Predecessor", "Ma zastąpić poprzednika"),
        read_only=True,
        for_screens_only=True,
        default=False,
    ),
    Field(
        name="renewalCode",
        type="varchar",
        label=Text("What Keeps It from Being Renewed", "Przeszkoda w odnowieniu"),
        max_length=100,
        read_only=True,
        view="fields/coded-message",
    ),
    Field(
        name="renewalParams",
        type="jsonObject",
        label=Text("Renewal Details", "Szczegóły odnowienia"),
        read_only=True,
    ),
    # Of what keeps it from being renewed; each is told once.
    Field(
        name="renewalToldCodes",
        type="jsonArray",
        label=Text("Obstacles That Were Announced", "Zgłoszone przeszkody"),
        read_only=True,
        for_screens_only=True,
    ),
    Field(
        name="renewalAttemptedAt",
        type="datetime",
        label=Text("Last Attempt to Renew It", "Ostatnia próba odnowienia"),
        read_only=True,
    ),
)

KSEF_CERTIFICATE_FIELDS = (
    *OVERVIEW_FIELDS,
    *INPUT_FIELDS,
    *KEY_FIELDS,
    *FACT_FIELDS,
    *RENEWAL_FIELDS,
    *NOTICE_FIELDS,
    *REQUEST_FIELDS,
    *SUCCESSION_FIELDS,
    FINDINGS,
    *RECORD_FIELDS,
)
