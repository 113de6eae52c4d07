"""Reads an `AuthTokenRequest` as strictly as its schema.

Source: schemat_auth_v2-0.xsd and schemat_auth_v2-1.xsd; both namespaces mean the same here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.simulator.authentication.authorization_policy import (
    IPV4,
    IPV4_MASK,
    IPV4_RANGE,
    MOST_OF_A_KIND,
    AllowedIps,
)
from bridge.simulator.context_identifiers import is_well_formed
from bridge.simulator.errors import BadRequest
from bridge.simulator.xades.xml_documents import parse

NAMESPACES = ("http://ksef.mf.gov.pl/auth/token/2.0", "http://ksef.mf.gov.pl/auth/token/2.1")

_CHALLENGE = re.compile(r"\d{8}-CR-[A-F0-9]{10}-[A-F0-9]{10}-[A-F0-9]{2}", re.ASCII)
_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


class SubjectIdentification(StrEnum):
    """`SubjectIdentifierType`: by the certificate's subject or by its fingerprint."""

    BY_SUBJECT = "certificateSubject"
    BY_FINGERPRINT = "certificateFingerprint"


@dataclass(frozen=True, slots=True)
class AuthTokenRequest:
    """A login request by signature."""

    challenge: str
    context: ContextIdentifier
    subject_identification: SubjectIdentification
    allowed_ips: AllowedIps | None


def read(octets: bytes) -> AuthTokenRequest:
    """The request in the signed octets; raises 21401 with what does not fit the schema."""
    root = parse(octets)
    namespace = etree.QName(root).namespace or ""
    if namespace not in NAMESPACES:
        raise _misfit(f"The '{namespace}:AuthTokenRequest' element is not declared.")
    return _Reader(namespace).request(root)


class _Reader:
    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def request(self, root: etree._Element) -> AuthTokenRequest:
        children = self._children(root)
        names = [self._name(child) for child in children]
        expected = ["Challenge", "ContextIdentifier", "SubjectIdentifierType"]
        if names not in (expected, [*expected, "AuthorizationPolicy"]):
            raise self._bad_children(root)
        return AuthTokenRequest(
            challenge=self._matching(children[0], _CHALLENGE),
            context=self._context(children[1]),
            subject_identification=self._identification(children[2]),
            allowed_ips=self._policy(children[3]) if len(children) > len(expected) else None,
        )

    def _context(self, element: etree._Element) -> ContextIdentifier:
        children = self._children(element)
        if len(children) != 1 or self._name(children[0]) not in list(ContextType):
            raise self._bad_children(element)
        context = ContextIdentifier(
            ContextType(self._name(children[0])), self._text(children[0], collapse=False)
        )
        if not is_well_formed(context):
            raise self._bad_value(children[0])
        return context

    def _identification(self, element: etree._Element) -> SubjectIdentification:
        try:
            return SubjectIdentification(self._text(element))
        except ValueError:
            raise self._bad_value(element) from None

    def _policy(self, element: etree._Element) -> AllowedIps:
        children = self._children(element)
        if [self._name(child) for child in children] != ["AllowedIps"]:
            raise self._bad_children(element)
        given = self._children(children[0])
        names = [self._name(child) for child in given]
        order = ["Ip4Address", "Ip4Range", "Ip4Mask"]
        if not set(names) <= set(order) or names != sorted(names, key=order.index):
            raise self._bad_children(children[0])
        return AllowedIps(
            *(
                self._addresses(
                    [child for child in given if self._name(child) == name], re.compile(pattern)
                )
                for name, pattern in zip(order, (IPV4, IPV4_RANGE, IPV4_MASK), strict=True)
            )
        )

    def _addresses(
        self, elements: list[etree._Element], pattern: re.Pattern[str]
    ) -> tuple[str, ...]:
        if len(elements) > MOST_OF_A_KIND:
            raise self._bad_children(elements[0])
        return tuple(self._matching(element, pattern) for element in elements)

    def _matching(self, element: etree._Element, pattern: re.Pattern[str]) -> str:
        text = self._text(element)
        if not pattern.fullmatch(text):
            raise self._bad_value(element)
        return text

    def _children(self, element: etree._Element) -> list[etree._Element]:
        """The child elements of one that may hold nothing else."""
        self._check_attributes(element)
        children = list(element.iterchildren(etree.Element))
        loose_text = [element.text, *(node.tail for node in element)]
        if any(text and text.strip() for text in loose_text):
            raise self._bad_children(element)
        return children

    def _text(self, element: etree._Element, *, collapse: bool = True) -> str:
        """The text of one that may hold nothing else; `xsd:token` collapses white space."""
        self._check_attributes(element)
        if len(element):
            raise self._bad_children(element)
        text = element.text or ""
        return " ".join(text.split()) if collapse else text

    def _name(self, element: etree._Element) -> str:
        name = etree.QName(element)
        if name.namespace != self._namespace:
            raise _misfit(f"The '{name.namespace}:{name.localname}' element is not declared.")
        return name.localname

    def _check_attributes(self, element: etree._Element) -> None:
        for name in map(str, element.attrib):
            if not name.startswith(_SCHEMA_INSTANCE):
                raise _misfit(f"The '{name}' attribute is not declared.")

    def _bad_children(self, element: etree._Element) -> BadRequest:
        name = f"{self._namespace}:{etree.QName(element).localname}"
        return _misfit(f"The element '{name}' has invalid child element or incomplete content.")

    def _bad_value(self, element: etree._Element) -> BadRequest:
        name = f"{self._namespace}:{etree.QName(element).localname}"
        return _misfit(
            f"The '{name}' element is invalid - The value '{element.text or ''}' is invalid "
            "according to its datatype - The Pattern constraint failed."
        )


def _misfit(detail: str) -> BadRequest:
    return BadRequest(21401, "Dokument nie jest zgodny ze schemą (xsd).", detail)
