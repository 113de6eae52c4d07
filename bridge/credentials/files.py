"""Telling what an uploaded file holds, whatever its name and the box it was dropped in.

A file is taken apart into parts: PEM blocks anywhere in a text (RFC 7468, RFC 1421), or one part
out of DER, bare base64 or hexadecimal digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from bridge.credentials import der
from bridge.credentials.der import Malformed
from bridge.credentials.pasted_text import cleaned, decode_bare, decode_base64, text_of

# The outermost dashes are often missed when text is selected, others are added or lost by editors.
_PEM_BLOCK = re.compile(
    r"(?P<dashes>-{0,9}) ?BEGIN (?P<label>[A-Z0-9 ]{1,60}?) ?-{1,9}(?P<body>.*?)"
    r"(?:(?P<end>-{1,9} ?END (?P=label)\b)|(?=-{1,9} ?BEGIN )|\Z)",
    re.DOTALL,
)
_PEM_HEADER = re.compile(r"^[ \t]*[A-Za-z0-9-]+:.*$", re.MULTILINE)
# RFC 1421 section 4.6.1, found also where line ends were lost.
_DEK_INFO = re.compile(r"DEK-Info:\s*(?P<scheme>[A-Za-z0-9-]+,\s*[0-9A-Fa-f]+)")
_PROC_TYPE = re.compile(r"Proc-Type:\s*4,\s*ENCRYPTED")
_PEM_DASHES = 5
_PEM_BEGINNING = b"-----BEGIN "
_LONG_SEQUENCES = (b"\x30\x81", b"\x30\x82")
_PADDING = b"\0\t\n\r \x1a"


class Content(Enum):
    """What a part of a file is."""

    CERTIFICATE = auto()
    CERTIFICATES = auto()
    PRIVATE_KEY = auto()
    ENCRYPTED_PRIVATE_KEY = auto()
    PKCS12 = auto()
    CERTIFICATE_REQUEST = auto()
    PUBLIC_KEY = auto()
    REVOCATION_LIST = auto()
    WEB_PAGE = auto()
    ARCHIVE = auto()
    UNSUPPORTED = auto()
    DAMAGED = auto()
    EMPTY = auto()
    UNRECOGNIZED = auto()


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as the browser sent it."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing found in a file.

    `data` is in DER, except that of a private key with a DEK-Info header, which is ciphertext.
    `format` names an unsupported part: "JKS", "PDF".
    """

    file_name: str
    content: Content
    data: bytes = field(default=b"", repr=False)
    dek_info: str | None = None
    format: str = ""


# Blocks with these labels are ours to read, so one that cannot be read is damaged.
_READABLE_LABELS = (
    "CERTIFICATE",
    "CERTIFICATE REQUEST",
    "PRIVATE KEY",
    "PUBLIC KEY",
    "X509 CRL",
    "PKCS7",
    "CMS",
    "PKCS12",
)
_FOREIGN_LABELS = frozenset({"OPENSSH PRIVATE KEY"})
_PARAMETER_LABELS = frozenset({"EC PARAMETERS", "DH PARAMETERS", "DSA PARAMETERS"})
_BEGINNINGS: tuple[tuple[bytes, Content, str], ...] = (
    (b"<!doctype html", Content.WEB_PAGE, "HTML"),
    (b"<html", Content.WEB_PAGE, "HTML"),
    (b"pk\x03\x04", Content.ARCHIVE, "ZIP"),
    (b"7z\xbc\xaf\x27\x1c", Content.ARCHIVE, "7z"),
    (b"rar!", Content.ARCHIVE, "RAR"),
    (b"\x1f\x8b", Content.ARCHIVE, "gzip"),
    (b"\xfe\xed\xfe\xed", Content.UNSUPPORTED, "JKS"),
    (b"%pdf", Content.UNSUPPORTED, "PDF"),
    (b"<?xml", Content.UNSUPPORTED, "XML"),
    (b"{", Content.UNSUPPORTED, "JSON"),
    (b"\x89png", Content.UNSUPPORTED, "PNG"),
    (b"\xff\xd8\xff", Content.UNSUPPORTED, "JPEG"),
    (b"\xd0\xcf\x11\xe0", Content.UNSUPPORTED, "Microsoft Office"),
    (b"ssh-", Content.UNSUPPORTED, "OpenSSH"),
    (b"ecdsa-sha2-", Content.UNSUPPORTED, "OpenSSH"),
    (b"putty-user-key-file", Content.UNSUPPORTED, "PuTTY"),
)


def take_apart(file: UploadedFile) -> tuple[Part, ...]:
    """All that the file holds, at least one part."""
    if not file.content.strip(_PADDING):
        return (Part(file.name, Content.EMPTY),)
    text = cleaned(text_of(file.content))
    return (
        tuple(_from_pem(file.name, text)) or _from_bare_text(file.name, text) or _from_binary(file)
    )


def _from_pem(file_name: str, text: str) -> Iterator[Part]:
    for block in _PEM_BLOCK.finditer(text):
        label = block["label"]
        is_readable = label.endswith(_READABLE_LABELS) and label not in _FOREIGN_LABELS
        if label in _PARAMETER_LABELS or not (is_readable or len(block["dashes"]) == _PEM_DASHES):
            continue
        if not is_readable:
            yield Part(file_name, Content.UNSUPPORTED, format=label[:40])
        elif block["end"] is None:
            yield Part(file_name, Content.DAMAGED)
        else:
            yield _from_pem_body(file_name, block["body"])


def _from_pem_body(file_name: str, body: str) -> Part:
    dek_info = _DEK_INFO.search(body)
    without_headers = _PEM_HEADER.sub("", _PROC_TYPE.sub("", _DEK_INFO.sub("", body)))
    data = decode_base64(without_headers)
    if not data:
        return Part(file_name, Content.DAMAGED)
    if dek_info:
        return Part(file_name, Content.ENCRYPTED_PRIVATE_KEY, data, dek_info["scheme"])
    part = _from_der(file_name, data)
    return part if part.content is not Content.UNRECOGNIZED else Part(file_name, Content.DAMAGED)


def _from_bare_text(file_name: str, text: str) -> tuple[Part, ...]:
    data = decode_bare(text)
    if data is None:
        return ()
    if data.startswith(_PEM_BEGINNING):
        return take_apart(UploadedFile(file_name, data))
    part = _from_der(file_name, data) if data else Part(file_name, Content.UNRECOGNIZED)
    is_whole = part.content not in (Content.DAMAGED, Content.UNRECOGNIZED)
    # Any word of four letters is base64, but a SEQUENCE of over 127 bytes is no accident.
    return (part,) if is_whole or data.startswith(_LONG_SEQUENCES) else ()


def _from_binary(file: UploadedFile) -> tuple[Part, ...]:
    part = _from_der(file.name, file.content)
    if part.content is not Content.UNRECOGNIZED:
        return (part,)
    start = file.content.removeprefix(b"\xef\xbb\xbf").lstrip()[:32].lower()
    for beginning, content, name in _BEGINNINGS:
        if start.startswith(beginning):
            return (Part(file.name, content, format=name),)
    return (part,)


def _from_der(file_name: str, data: bytes) -> Part:
    if data[0] != der.SEQUENCE or _is_text(data):
        return Part(file_name, Content.UNRECOGNIZED)
    try:
        element = der.read(data)
        content = _content_of(element.children())
    except (IndexError, Malformed):
        return Part(file_name, Content.DAMAGED)
    # OpenSSL's "trusted" certificates are followed by settings of its own.
    rest = data[len(element.encoding) :].strip(_PADDING)
    if rest and content is not Content.CERTIFICATE:
        return Part(file_name, Content.DAMAGED)
    return Part(file_name, content, element.encoding)


def _is_text(data: bytes) -> bool:
    """The octet of a SEQUENCE is also the digit 0."""
    return all(0x20 <= octet < 0x7F or octet in b"\t\r\n" for octet in data)


def _content_of(children: Sequence[der.Element]) -> Content:
    """What a SEQUENCE of these elements is, by their tags."""
    match [child.tag for child in children]:
        case [der.INTEGER, der.SEQUENCE, *_] if _is_content_info(children[1]):
            return Content.PKCS12
        case [der.INTEGER, der.SEQUENCE, der.OCTET_STRING, *_]:  # PrivateKeyInfo, RFC 5958
            return Content.PRIVATE_KEY
        case [der.INTEGER, der.OCTET_STRING, *_]:  # ECPrivateKey, RFC 5915
            return Content.PRIVATE_KEY
        case [der.INTEGER, der.INTEGER, der.INTEGER, *_]:  # RSAPrivateKey, RFC 8017
            return Content.PRIVATE_KEY
        case [der.INTEGER, der.INTEGER]:  # RSAPublicKey, RFC 8017
            return Content.PUBLIC_KEY
        case [der.SEQUENCE, der.OCTET_STRING]:  # EncryptedPrivateKeyInfo, RFC 5958
            return Content.ENCRYPTED_PRIVATE_KEY
        case [der.SEQUENCE, der.BIT_STRING]:  # SubjectPublicKeyInfo, RFC 5280
            return Content.PUBLIC_KEY
        case [der.OBJECT_IDENTIFIER, der.CONTEXT_0]:  # ContentInfo, RFC 5652
            return Content.CERTIFICATES
        case [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING]:
            return _signed_content([child.tag for child in children[0].children()])
        case _:
            return Content.UNRECOGNIZED


def _is_content_info(element: der.Element) -> bool:
    """As in PFX ::= SEQUENCE { version INTEGER, authSafe ContentInfo, … } (RFC 7292 section 4)."""
    tags = [child.tag for child in element.children()]
    return tags == [der.OBJECT_IDENTIFIER, der.CONTEXT_0]


def _signed_content(tags: list[int]) -> Content:
    """Certificate, request or revocation list, told apart by the tags of what is signed."""
    match tags:
        case [der.CONTEXT_0, *_]:  # TBSCertificate with a version, RFC 5280 section 4.1
            return Content.CERTIFICATE
        case [der.INTEGER, der.SEQUENCE, der.SEQUENCE, der.SEQUENCE, *_]:  # of version 1
            return Content.CERTIFICATE
        case [der.INTEGER, der.SEQUENCE, der.SEQUENCE] | [
            der.INTEGER,
            der.SEQUENCE,
            der.SEQUENCE,
            der.CONTEXT_0,
        ]:  # CertificationRequestInfo, RFC 2986 section 4.1
            return Content.CERTIFICATE_REQUEST
        case _:  # TBSCertList, RFC 5280 section 5.1
            return Content.REVOCATION_LIST
