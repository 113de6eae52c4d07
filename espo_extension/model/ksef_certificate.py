"""KsefCertificate: a certificate, its sealed key, and the profiles that use it."""

from __future__ import annotations

from espo_extension.model.conditions import (
    Comparison,
    FieldLogic,
    OptionLogic,
    any_of,
    equals,
    is_empty,
    is_not_empty,
    one_of,
)
from espo_extension.model.entity import (
    Action,
    BoolFilter,
    BottomPanel,
    Entity,
    Index,
    Link,
    PrimaryFilter,
    RecordProcessing,
)
from espo_extension.model.ksef_certificate_fields import KSEF_CERTIFICATE_FIELDS
from espo_extension.model.layouts import Column, Layouts, Panel
from espo_extension.model.record_fields import RECORD_LINKS
from espo_extension.model.text import Text

LAYOUTS = Layouts(
    list=(
        Column("name", is_link=True),
        Column("type", 12),
        Column("environment", 9),
        Column("identifierValue", 10),
        Column("usedBy", 13),
        Column("validTo", 13),
        Column("daysLeft", 12),
        Column("status", 10),
    ),
    list_small=(
        Column("name", is_link=True),
        Column("status", 17),
        Column("daysLeft", 22),
        Column("type", 21),
        Column("identifierValue", 16),
    ),
    detail=(
        Panel(
            "overview",
            "Overview",
            (
                ("name", "status"),
                ("facts",),
                ("daysLeft", "autoRenew"),
                ("renewalCode", "renewalAttemptedAt"),
                ("predecessor", None),
            ),
        ),
        Panel(
            "request",
            "Request",
            (
                ("enrolmentCode",),
                ("package", None),
                ("requestedByProfile", "enrolmentReference"),
            ),
        ),
        Panel(
            "files",
            "Files",
            (("certificateFile", "keyFile"), ("password", None)),
        ),
        Panel(
            "facts",
            "Certificate",
            (
                ("type", "kind"),
                ("environment", "hasPrivateKey"),
                ("validFrom", "validTo"),
                ("identifierType", "identifierValue"),
                ("subjectName",),
                ("issuerName",),
                ("serialNumber", "lastCheckedAt"),
                ("fingerprint",),
                ("keyAlgorithm", "endedAt"),
            ),
        ),
    ),
    detail_small=(
        Panel(
            "overview",
            "Overview",
            (
                ("name",),
                ("certificateFile", "keyFile"),
                ("password", None),
                ("facts",),
                ("status", "autoRenew"),
            ),
        ),
    ),
    filters=(
        "status",
        "type",
        "kind",
        "environment",
        "identifierValue",
        "serialNumber",
        "validTo",
        "autoRenew",
        "requestedByProfile",
        "createdAt",
        "modifiedAt",
    ),
    bottom_panels=("authorizationProfiles", "offlineProfiles"),
)

IS_NEW = is_empty("id")
IS_SAVED = is_not_empty("createdAt")
HAS_CERTIFICATE = is_not_empty("fingerprint")
SET_BY_HAND = ("Active", "Inactive")

WAITS_FOR_KSEF = equals("status", "Requested")
NOT_WAITING = Comparison("notEquals", "status", "Requested")

BEFORE_SAVE = (
    r"Classes\RecordHooks\KsefCertificate\KsefCheckStatus",
    r"Classes\RecordHooks\KsefCertificate\KsefKeepRequested",
    r"Classes\RecordHooks\KsefCertificate\KsefInspectFiles",
)
AFTER_SAVE = (r"Classes\RecordHooks\KsefCertificate\KsefRemoveUploads",)
RECORD = RecordProcessing(
    before_create=BEFORE_SAVE,
    before_update=BEFORE_SAVE,
    after_create=AFTER_SAVE,
    after_update=AFTER_SAVE,
    before_delete=(r"Classes\RecordHooks\KsefCertificate\KsefKeepAwaited",),
    loaders=(
        r"Classes\FieldProcessing\KsefCertificate\DaysLeftLoader",
        r"Classes\FieldProcessing\KsefCertificate\UsedByLoader",
    ),
    mass_delete=r"Classes\MassAction\DeleteAllOrNone",
)

FILTERS = (
    PrimaryFilter(
        name="fitForAuthorization",
        label=Text("Fit to Log In", "Do uwierzytelniania"),
        php_class=r"Classes\Select\KsefCertificate\PrimaryFilters\FitForAuthorization",
    ),
    PrimaryFilter(
        name="fitForOffline",
        label=Text("Fit for Offline Mode", "Do trybu offline"),
        php_class=r"Classes\Select\KsefCertificate\PrimaryFilters\FitForOffline",
    ),
    PrimaryFilter(
        name="endingSoon",
        label=Text("Ending within 60 Days", "Wygasające w ciągu 60 dni"),
        php_class=r"Classes\Select\KsefCertificate\PrimaryFilters\EndingSoon",
    ),
    PrimaryFilter(
        name="endedInUse",
        label=Text("Ended and Still in Use", "Nieważne, a nadal używane"),
        php_class=r"Classes\Select\KsefCertificate\PrimaryFilters\EndedInUse",
    ),
)

# Which certificates a profile's fields offer.
BOOL_FILTERS = tuple(
    BoolFilter(
        name=f"servesIn{environment}",
        php_class=rf"Classes\Select\KsefCertificate\BoolFilters\ServesIn{environment}",
    )
    for environment in ("Production", "Demo", "Test")
)

FORM_HANDLER = dict.fromkeys(("record/detail", "record/edit"), "certificate-form")

KSEF_CERTIFICATE = Entity(
    name="KsefCertificate",
    label=Text("KSeF Certificate", "Certyfikat KSeF"),
    plural=Text("KSeF Certificates", "Certyfikaty KSeF"),
    icon="fas fa-certificate",
    fields=KSEF_CERTIFICATE_FIELDS,
    links=(
        Link(
            name="authorizationProfiles",
            type="hasMany",
            entity="KsefProfile",
            foreign="authorizationCertificate",
            label=Text("Profiles That Log In with It", "Profile uwierzytelniane certyfikatem"),
            read_only=True,
        ),
        Link(
            name="offlineProfiles",
            type="hasMany",
            entity="KsefProfile",
            foreign="offlineCertificate",
            label=Text("Profiles That Issue Offline with It", "Profile używające go offline"),
            read_only=True,
        ),
        Link(name="requestedByProfile", type="belongsTo", entity="KsefProfile"),
        Link(name="predecessor", type="belongsTo", entity="KsefCertificate", foreign="successors"),
        Link(
            name="successors",
            type="hasMany",
            entity="KsefCertificate",
            foreign="predecessor",
            label=Text("Renewed by", "Odnowiony przez"),
            read_only=True,
        ),
        *RECORD_LINKS,
    ),
    indexes=(Index("fingerprint", ("fingerprint", "deleteId")),),
    layouts=LAYOUTS,
    record=RECORD,
    filters=FILTERS,
    bool_filters=BOOL_FILTERS,
    detail_view="ksef-certificate/record/detail",
    setup_handlers=FORM_HANDLER,
    buttons=(
        Action(
            name="ksefCheckNow",
            label="Check Now",
            handler="certificate-actions",
            function="checkNow",
            visibility_function="isCheckNowVisible",
        ),
        Action(
            name="ksefRenew",
            label="Renew Now",
            handler="certificate-actions",
            function="renew",
            visibility_function="isRenewVisible",
        ),
        Action(
            name="ksefLinkToProfile",
            label="Link to Profile",
            handler="certificate-actions",
            function="linkToProfile",
            visibility_function="isLinkToProfileVisible",
        ),
    ),
    menu=(
        Action(
            name="ksefForgetCredential",
            label="Forget Credential",
            handler="certificate-actions",
            function="forgetCredential",
            visibility_function="isForgetCredentialVisible",
        ),
        Action(
            name="ksefRevoke",
            label="Revoke",
            handler="certificate-actions",
            function="revoke",
            visibility_function="isRevokeVisible",
        ),
    ),
    bottom_panels=(
        BottomPanel(
            name="ksefStream", label="Stream", view="ksef-certificate/record/panels/stream"
        ),
    ),
    order_by="attention",
    text_filter=("name", "identifierValue", "serialNumber"),
    field_logic={
        # KSeF lists the certificate under it, and the bridge finds it again by it.
        "name": FieldLogic(read_only=WAITS_FOR_KSEF),
        "status": FieldLogic(
            visible=IS_SAVED,
            read_only=one_of("status", "Requested", "Blocked", "Revoked", "Expired"),
        ),
        # Asked with the upload. Where a request was refused there is nothing to renew.
        "autoRenew": FieldLogic(visible=any_of(IS_NEW, HAS_CERTIFICATE, WAITS_FOR_KSEF)),
        "facts": FieldLogic(visible=any_of(HAS_CERTIFICATE, WAITS_FOR_KSEF)),
        "daysLeft": FieldLogic(visible=HAS_CERTIFICATE),
        "endedAt": FieldLogic(visible=is_not_empty("endedAt")),
        "renewalCode": FieldLogic(visible=is_not_empty("renewalCode")),
        "renewalAttemptedAt": FieldLogic(visible=is_not_empty("renewalCode")),
        "predecessor": FieldLogic(visible=is_not_empty("predecessorId")),
        "package": FieldLogic(visible=is_not_empty("packageId")),
        "enrolmentCode": FieldLogic(visible=is_not_empty("enrolmentCode")),
        "enrolmentReference": FieldLogic(visible=is_not_empty("enrolmentReference")),
    },
    panel_logic={
        "request": is_not_empty("requestedByProfileId"),
        "files": NOT_WAITING,
        "facts": HAS_CERTIFICATE,
    },
    option_logic={"status": (OptionLogic(one_of("status", *SET_BY_HAND), SET_BY_HAND),)},
)
