"""The codes of this package in the catalogue: `bridge/messages/catalogue/signed_documents.json`."""

from __future__ import annotations

from enum import StrEnum


class SignedDocumentCode(StrEnum):
    """Why a signed file is not sent to KSeF."""

    EMPTY = "signed-document-empty"
    PDF = "signed-document-pdf"
    CMS = "signed-document-cms"
    ZIP = "signed-document-zip"
    NOT_XML = "signed-document-not-xml"
    TYPE_DECLARATION = "signed-document-type-declaration"
    ENCODING = "signed-document-encoding"
    TOO_COSTLY = "signed-document-too-costly"

    NOT_SIGNED = "signed-document-not-signed"
    SEVERAL_SIGNATURES = "signed-document-several-signatures"
    DETACHED = "signed-document-detached"
    SEVERAL_REQUESTS = "signed-document-several-requests"
    NOT_COVERED = "signed-document-not-covered"
    CHANGED = "signed-document-changed"
    SIGNATURE_WRONG = "signed-document-signature-wrong"
    SIGNATURE_UNREADABLE = "signed-document-signature-unreadable"
    NOT_XADES = "signed-document-not-xades"
    CERTIFICATE_MISSING = "signed-document-certificate-missing"
    CERTIFICATE_EXCHANGED = "signed-document-certificate-exchanged"

    OF_ANOTHER_CONTEXT = "signed-document-of-another-context"
    OF_ANOTHER_REQUEST = "signed-document-of-another-request"
    DIFFERS = "signed-document-differs"

    CERTIFICATE_EXPIRED = "signing-certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "signing-certificate-not-yet-valid"
    CERTIFICATE_SELF_SIGNED = "signing-certificate-self-signed"
    CERTIFICATE_ELSEWHERE = "signing-certificate-elsewhere"
    SIGNER_UNIDENTIFIED = "signer-unidentified"
