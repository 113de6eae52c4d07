"""The document that is signed to log in (KSeF schemas `auth/token/2.0` and `2.1`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from bridge.credentials.context import ContextIdentifier

_NAMESPACE = "http://ksef.mf.gov.pl/auth/token/"


class SchemaVersion(StrEnum):
    """Version of the schema; 2.1 since API 2.5.0, both are accepted."""

    V2_0 = "2.0"
    V2_1 = "2.1"

    @property
    def namespace(self) -> str:
        return _NAMESPACE + self.value


class SubjectIdentifierType(StrEnum):
    """What KSeF knows the signer by: NIP or PESEL in the certificate, else its fingerprint."""

    CERTIFICATE_SUBJECT = "certificateSubject"
    CERTIFICATE_FINGERPRINT = "certificateFingerprint"


@dataclass(frozen=True, slots=True)
class AuthTokenRequest:
    """A request to log in to `context`.

    With `allowed_ip4_addresses` (at most ten) the session's access tokens serve these alone.
    """

    challenge: str
    context: ContextIdentifier
    subject_identifier_type: SubjectIdentifierType = SubjectIdentifierType.CERTIFICATE_SUBJECT
    allowed_ip4_addresses: tuple[str, ...] = ()
    version: SchemaVersion = SchemaVersion.V2_1

    def to_element(self) -> etree._Element:
        """The document, its elements in the schema's order. Raises ValueError for control codes."""
        root = etree.XML(f'<AuthTokenRequest xmlns="{self.version.namespace}"/>')
        _add(root, "Challenge", self.challenge)
        _add(_add(root, "ContextIdentifier"), self.context.type.value, self.context.value)
        _add(root, "SubjectIdentifierType", self.subject_identifier_type.value)
        if self.allowed_ip4_addresses:
            allowed_ips = _add(_add(root, "AuthorizationPolicy"), "AllowedIps")
            for address in self.allowed_ip4_addresses:
                _add(allowed_ips, "Ip4Address", address)
        return root


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, etree.QName(etree.QName(parent).namespace, name))
    element.text = text
    return element
