"""Zip archives: what is taken out of them, and which stay closed."""

from __future__ import annotations

import io
import os
import struct
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.credentials.archive import LARGEST_ENTRY, MOST_ENTRIES, parts_of
from bridge.credentials.files import Content, UploadedFile
from tests.credentials.certificates import Description, key_pem, pem_of
from tests.credentials.inspecting import errors, inspect

KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = pem_of(Description().issue(KEY.public_key()))


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def parts(content: bytes) -> list[tuple[str, Content]]:
    return [(part.file_name, part.content) for part in parts_of(UploadedFile("a.zip", content))]


CLOSED = [("a.zip", Content.ARCHIVE)]
PAIR = {"firma.crt": CERTIFICATE, "firma.key": key_pem(KEY)}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_certificate_and_key_are_taken_out(method: int) -> None:
    assert parts(zipped({"Firma/": b"", **PAIR, "README.txt": b"Czytaj"}, method)) == [
        ("a.zip/firma.crt", Content.CERTIFICATE),
        ("a.zip/firma.key", Content.PRIVATE_KEY),
    ]


def test_a_package_is_a_credential_by_itself() -> None:
    assert errors(inspect({"pakiet.zip": zipped(PAIR)})) == []


def test_a_zip_in_a_zip_is_to_be_unpacked_by_hand() -> None:
    content = zipped({"firma.crt": CERTIFICATE, "klucz.zip": zipped(PAIR)})
    assert parts(content) == [
        ("a.zip/firma.crt", Content.CERTIFICATE),
        ("a.zip/klucz.zip", Content.ARCHIVE),
    ]


@pytest.mark.parametrize("files", [{}, {"README.txt": b"Czytaj"}, {"pusty.key": b""}])
def test_a_zip_with_nothing_of_use_is_an_archive(files: dict[str, bytes]) -> None:
    assert parts(zipped({**files, "a/": b""})) == CLOSED


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_stay_closed(method: int) -> None:
    assert parts(zipped(PAIR, method)) == CLOSED


def test_an_encrypted_zip_stays_closed() -> None:
    content = bytearray(zipped(PAIR))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    assert parts(bytes(content)) == CLOSED


def test_an_entry_as_large_as_is_allowed_is_read_and_a_larger_one_is_not() -> None:
    padded = CERTIFICATE + b"\n" * (LARGEST_ENTRY - len(CERTIFICATE))
    assert parts(zipped({"a.crt": padded})) == [("a.zip/a.crt", Content.CERTIFICATE)]
    assert parts(zipped({"a.crt": padded + b"\n"})) == CLOSED


def test_a_bomb_is_closed_whatever_it_says_of_its_size() -> None:
    content = bytearray(zipped({"a.crt": CERTIFICATE + b"\n" * 50_000_000}))
    assert len(content) < LARGEST_ENTRY
    directory = content.find(b"PK\x01\x02")
    for honest in (True, False):
        if not honest:
            content[directory + 24 : directory + 28] = struct.pack("<L", len(CERTIFICATE))
        # Cut short it does not agree with its checksum.
        assert parts(bytes(content)) == CLOSED


def test_as_many_entries_as_are_allowed_are_read_and_one_more_is_not() -> None:
    files = {f"{number}.crt": CERTIFICATE for number in range(MOST_ENTRIES)}
    assert len(parts(zipped(files))) == MOST_ENTRIES
    assert parts(zipped({**files, "one more": b""})) == CLOSED


def test_damaged_archives_stay_closed() -> None:
    content = zipped(PAIR)
    for at in range(4, len(content), 7):
        spoilt = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        assert parts(spoilt)
    for length in range(6, len(content), 50):
        assert parts(content[:length]) == CLOSED
    assert parts(b"PK\x03\x04" + os.urandom(200)) == CLOSED


def test_an_entry_whose_name_is_empty_keeps_the_archive_closed() -> None:
    """Once that was an error of the library's, for which a file was called too costly."""
    content = bytearray(zipped({"x": CERTIFICATE}))
    name_in_directory = content.index(b"PK\x01\x02") + 46
    assert content[name_in_directory : name_in_directory + 1] == b"x"
    content[name_in_directory] = 0
    assert parts(bytes(content)) == CLOSED


def test_polish_names_of_windows_are_read() -> None:
    plain = zipped({"zolw.crt": CERTIFICATE})
    content = plain.replace(b"zolw.crt", "żółw.crt".encode("cp852"))
    assert parts(content) == [("a.zip/żółw.crt", Content.CERTIFICATE)]
    assert parts(zipped({"żółw.crt": CERTIFICATE})) == [("a.zip/żółw.crt", Content.CERTIFICATE)]


def test_a_name_with_control_characters_is_shown_without_them() -> None:
    assert parts(zipped({"a\x1b[31m\u202eb.crt": CERTIFICATE})) == [
        ("a.zip/a[31mb.crt", Content.CERTIFICATE)
    ]
