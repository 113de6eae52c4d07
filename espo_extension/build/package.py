"""The zip: the same bytes from the same sources, whoever builds it, when and where."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from espo_extension.build.failure import BuildFailed

BEFORE_EVERYTHING = datetime(2016, 1, 1, tzinfo=UTC)
"""The time of every entry unless SOURCE_DATE_EPOCH gives another one."""

_EARLIEST, _LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, tzinfo=UTC)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Package:
    """What is in the zip, by path, and the version in its name."""

    version: str
    entries: Mapping[str, bytes]
    time: datetime

    @property
    def name(self) -> str:
        """The file's name."""
        return f"ksef-{self.version}.zip"

    def zipped(self) -> bytes:
        """The zip.

        Its entries are not compressed: what a compressor makes of them depends on its version,
        and the package would not be the same from two machines.
        """
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for path in sorted(self.entries):
                entry = zipfile.ZipInfo(path, self.time.timetuple()[:6])
                entry.create_system = _UNIX
                entry.external_attr = _PLAIN_FILE
                archive.writestr(entry, self.entries[path])
        return target.getvalue()


def entry_time(source_date_epoch: str | None) -> datetime:
    """The time of every entry, from the variable SOURCE_DATE_EPOCH. Raises BuildFailed."""
    if not source_date_epoch:
        return BEFORE_EVERYTHING
    try:
        time = datetime.fromtimestamp(int(source_date_epoch), UTC)
    except (ValueError, OverflowError, OSError):
        raise BuildFailed(
            f"SOURCE_DATE_EPOCH is “{source_date_epoch}”, not a number of seconds since 1970"
        ) from None
    return min(max(time, _EARLIEST), _LATEST)


def checksum_line(content: bytes, name: str) -> str:
    """The line that `sha256sum --check` reads."""
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n"
