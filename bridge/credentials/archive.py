"""Zip archives, as the portal and this product make them: opened once, and never deeper."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from bridge.credentials.files import Content, Part, UploadedFile, take_apart

MOST_ENTRIES = 50
LARGEST_ENTRY = 64 * 1024
"""Bytes of an entry once it is unpacked, whatever the archive says of it."""

_BEGINNING = b"PK\x03\x04"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UTF_8_NAME = 0x800
# A readme lies beside certificate and key; whoever looks for those is not told of it.
_BESIDE = (Content.EMPTY, Content.UNRECOGNIZED, Content.WEB_PAGE)
# What the library raises on what is encrypted, or not built as APPNOTE.TXT says.
_MALFORMED = (
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def parts_of(file: UploadedFile) -> tuple[Part, ...]:
    """All that a file holds, at least one part; of a zip what its entries hold.

    An entry is named `archive.zip/entry.key`. A zip that is encrypted, damaged, too large or
    without anything to be told of stays one part: an archive that is to be unpacked by hand.
    """
    if not file.content.startswith(_BEGINNING):
        return take_apart(file)
    try:
        entries = list(_entries(file))
    except _MALFORMED:
        return take_apart(file)
    parts = [part for entry in entries for part in take_apart(entry)]
    return tuple(part for part in parts if part.content not in _BESIDE) or take_apart(file)


def _entries(file: UploadedFile) -> Iterator[UploadedFile]:
    """Raises one of _MALFORMED when it cannot be read within the limits."""
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        listed = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(listed) > MOST_ENTRIES:
            raise ValueError("too many entries")
        for entry in listed:
            if entry.compress_type not in _METHODS:
                raise ValueError("compressed in another way")
            with archive.open(entry) as opened:
                content = opened.read(LARGEST_ENTRY + 1)
            if len(content) > LARGEST_ENTRY:
                raise ValueError("too large an entry")
            yield UploadedFile(f"{file.name}/{_name(entry)}", content)


def _name(entry: zipfile.ZipInfo) -> str:
    """The library reads names that are not in UTF-8 as cp437; Windows in Poland writes cp852."""
    name = entry.filename
    if not entry.flag_bits & _UTF_8_NAME:
        name = name.encode("cp437", "replace").decode("cp852", "replace")
    return "".join(letter for letter in name if letter.isprintable())
