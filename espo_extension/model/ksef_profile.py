"""KsefProfile: one company in one KSeF environment, and how EspoCRM logs in for it."""

from __future__ import annotations

from espo_extension.model.conditions import (
    Comparison,
    FieldLogic,
    all_of,
    any_of,
    equals,
    is_empty,
    is_not_empty,
)
from espo_extension.model.entity import (
    Action,
    Entity,
    Index,
    Link,
    MassAction,
    PrimaryFilter,
    RecordProcessing,
)
from espo_extension.model.ksef_profile_fields import KSEF_PROFILE_FIELDS
from espo_extension.model.ksef_profile_rights import RIGHTS_LINKS, RIGHTS_LOGIC, RIGHTS_ROWS
from espo_extension.model.layouts import Column, Layouts, Panel
from espo_extension.model.record_fields import RECORD_LINKS
from espo_extension.model.text import Text

OVERVIEW = Panel(
    "overview",
    "Overview",
    (
        ("nip", "internalId"),
        ("name", "status"),
        ("sessionsMayBeOpen",),
    ),
)
# It stands first, since it tells much of the rest.
AUTHORIZATION = Panel(
    "authorization",
    "Authorization",
    (
        ("environment", "authorizationType"),
        ("token",),
        ("signingRequestId",),
        ("authorizationCertificate", None),
        ("offlineCertificate", None),
        ("expiry",),
    ),
)

LAYOUTS = Layouts(
    list=(
        Column("name", is_link=True),
        Column("nip", 10),
        Column("environment", 11),
        Column("authorizationType", 13, label="authorizationTypeShort"),
        Column("expiry", 22),
        Column("connectionStatus", 12),
        Column("status", 10),
    ),
    list_small=(
        Column("name", is_link=True),
        Column("connectionStatus", 22),
        Column("status", 18),
        Column("environment", 21),
    ),
    detail=(
        AUTHORIZATION,
        OVERVIEW,
        Panel(
            "connection",
            "Connection",
            (
                ("connectionStatus", "connectionCheckedAt"),
                ("connectionCode",),
                ("permissions",),
                *RIGHTS_ROWS,
            ),
        ),
        Panel(
            "companyDetails",
            "Company Details",
            (
                ("companyName", "address"),
                ("regon", "krsNumber"),
                ("emailAddress", "phoneNumber"),
            ),
        ),
    ),
    detail_small=(AUTHORIZATION, OVERVIEW),
    filters=(
        "status",
        "nip",
        "environment",
        "authorizationType",
        "authorizationCertificate",
        "offlineCertificate",
        "connectionStatus",
        "connectionCheckedAt",
        "companyName",
        "createdAt",
        "modifiedAt",
    ),
)

# Before a way is chosen both are offered: what is entered chooses it.
UNDECIDED = is_empty("authorizationType")
LOGS_IN_BY_TOKEN = any_of(equals("authorizationType", "Token"), UNDECIDED)
LOGS_IN_BY_CERTIFICATE = any_of(equals("authorizationType", "Certificate"), UNDECIDED)
HAS_LEFT_SESSIONS = all_of(
    equals("status", "Inactive"), Comparison("isTrue", "sessionsMayBeOpen"), is_not_empty("id")
)
IS_SAVED = is_not_empty("createdAt")
# Once it has both certificates, the login that requested them is history.
HAS_SIGNING_REQUEST = all_of(
    is_not_empty("signingRequestId"),
    any_of(
        Comparison("notEquals", "authorizationType", "Certificate"),
        is_empty("authorizationCertificateId"),
        is_empty("offlineCertificateId"),
    ),
)

EARLY_BEFORE_CREATE = (
    r"Classes\RecordHooks\KsefProfile\KsefFillIn",
    r"Classes\RecordHooks\KsefProfile\KsefCheckIdentifiers",
)
BEFORE_SAVE = (
    r"Classes\RecordHooks\KsefProfile\KsefCheckCertificates",
    r"Classes\RecordHooks\KsefProfile\KsefSealToken",
)
FORM_HANDLER = dict.fromkeys(("record/detail", "record/edit"), "profile-form")

FILTERS = (
    PrimaryFilter(
        name="connected",
        label=Text("Active and Connected", "Aktywne i połączone"),
        php_class=r"Classes\Select\KsefProfile\PrimaryFilters\Connected",
    ),
    PrimaryFilter(
        name="failed",
        label=Text("Active and Failed", "Aktywne z błędem"),
        php_class=r"Classes\Select\KsefProfile\PrimaryFilters\Failed",
    ),
    PrimaryFilter(
        name="notTested",
        label=Text("Active and Not Tested", "Aktywne i nietestowane"),
        php_class=r"Classes\Select\KsefProfile\PrimaryFilters\NotTested",
    ),
)

KSEF_PROFILE = Entity(
    name="KsefProfile",
    label=Text("KSeF Profile", "Profil KSeF"),
    plural=Text("KSeF Settings", "Ustawienia KSeF"),
    icon="fas fa-file-invoice",
    shows_catalogue=True,
    fields=KSEF_PROFILE_FIELDS,
    links=(
        Link(
            name="authorizationCertificate",
            type="belongsTo",
            entity="KsefCertificate",
            foreign="authorizationProfiles",
        ),
        Link(
            name="offlineCertificate",
            type="belongsTo",
            entity="KsefCertificate",
            foreign="offlineProfiles",
        ),
        *RIGHTS_LINKS,
        *RECORD_LINKS,
    ),
    indexes=(Index("context", ("nip", "environment", "internalId", "deleteId")),),
    layouts=LAYOUTS,
    filters=FILTERS,
    record=RecordProcessing(
        loaders=(r"Classes\FieldProcessing\KsefProfile\ExpiryLoader",),
        update_filters=(r"Classes\InputFilters\KsefProfile\OnePhoneNumber",),
        early_before_create=EARLY_BEFORE_CREATE,
        before_create=BEFORE_SAVE,
        before_update=BEFORE_SAVE,
        mass_delete=r"Classes\MassAction\DeleteAllOrNone",
    ),
    list_view="ksef-profile/list",
    setup_handlers=FORM_HANDLER,
    buttons=(
        Action(
            name="ksefTestConnection",
            label="Test Connection",
            handler="profile-actions",
            function="testConnection",
            visibility_function="isTestConnectionVisible",
        ),
        Action(
            name="ksefAcknowledgePermissions",
            label="Acknowledge",
            handler="profile-actions",
            function="acknowledgePermissions",
            visibility_function="isAcknowledgePermissionsVisible",
        ),
        Action(
            name="ksefAddCertificates",
            label="Add Certificates",
            handler="profile-actions",
            function="addCertificates",
            visibility_function="isAddCertificatesVisible",
        ),
        Action(
            name="ksefConnectBySignature",
            label="Connect by Signature",
            handler="profile-actions",
            function="connectBySignature",
            visibility_function="isConnectBySignatureVisible",
        ),
    ),
    menu=(
        Action(
            name="ksefChangeToCertificate",
            label="Change to Certificate",
            handler="profile-actions",
            function="changeToCertificate",
            visibility_function="isChangeToCertificateVisible",
        ),
        Action(
            name="ksefConnectTokenBySignature",
            label="Connect by Signature",
            handler="profile-actions",
            function="connectBySignature",
            visibility_function="isConnectBySignatureInMenuVisible",
        ),
        Action(
            name="ksefAddMoreCertificates",
            label="Add Certificates",
            handler="profile-actions",
            function="addCertificates",
            visibility_function="isAddCertificatesInMenuVisible",
        ),
        Action(
            name="ksefRequestCertificate",
            label="Request Certificate",
            handler="profile-actions",
            function="requestCertificate",
            visibility_function="isRequestCertificateVisible",
        ),
        Action(
            name="ksefTryOfflineSigning",
            label="Try Offline Signing",
            handler="profile-actions",
            function="tryOfflineSigning",
            visibility_function="isTryOfflineSigningVisible",
        ),
        Action(
            name="ksefLogOut",
            label="Log Out",
            handler="profile-actions",
            function="logOut",
            visibility_function="isLogOutVisible",
        ),
        Action(
            name="ksefForgetCredential",
            label="Forget Credential",
            handler="profile-actions",
            function="forgetCredential",
            visibility_function="isForgetCredentialVisible",
        ),
    ),
    mass_actions=(
        MassAction(
            name="ksefTestSelected", handler="profile-list-actions", function="testSelected"
        ),
    ),
    text_filter=("name", "nip", "companyName"),
    field_logic={
        "sessionsMayBeOpen": FieldLogic(visible=HAS_LEFT_SESSIONS),
        "token": FieldLogic(visible=LOGS_IN_BY_TOKEN),
        "signingRequestId": FieldLogic(visible=HAS_SIGNING_REQUEST),
        "authorizationCertificate": FieldLogic(visible=LOGS_IN_BY_CERTIFICATE),
        "connectionCode": FieldLogic(visible=is_not_empty("connectionCode")),
        "permissions": FieldLogic(visible=is_not_empty("permissions")),
        "expiry": FieldLogic(visible=IS_SAVED),
        **RIGHTS_LOGIC,
    },
    panel_logic={"connection": IS_SAVED},
)
