"""What somebody changes in a signed login document afterwards."""

from __future__ import annotations

import base64

from lxml import etree

from bridge.simulator import clock
from tests.simulator.login_certificates import new_nip, seal


def find(root: etree._Element, name: str) -> etree._Element:
    """The first element of that local name, in any namespace."""
    return next(root.iter(f"{{*}}{name}"))


def change_document(root: etree._Element) -> None:
    find(root, "Nip").text = new_nip()


def change_value(root: etree._Element) -> None:
    value = find(root, "SignatureValue")
    octets = bytearray(base64.b64decode(value.text or ""))
    octets[5] ^= 1
    value.text = base64.b64encode(octets).decode()


def change_properties(root: etree._Element) -> None:
    find(root, "SigningTime").text = clock.now().isoformat()


def exchange_certificate(root: etree._Element) -> None:
    find(root, "X509Certificate").text = base64.b64encode(seal(new_nip()).der).decode()


def drop_certificate(root: etree._Element) -> None:
    find(root, "X509Certificate").text = "not base64"


def point_outside(root: etree._Element) -> None:
    find(root, "Reference").set("URI", "https://example.com/request.xml")


def point_nowhere(root: etree._Element) -> None:
    find(root, "Reference").set("URI", "#nowhere")


def use_unlisted_transform(root: etree._Element) -> None:
    find(root, "Transform").set("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")


def use_unlisted_digest(root: etree._Element) -> None:
    find(root, "DigestMethod").set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#md5")
