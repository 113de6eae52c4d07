"""The head of an HTTP answer, read in a few lines (RFC 9112); the body is http.client's to read.

http.client hands heads to the package email, made for letters, which takes longer than all the
rest of a call.
"""

from __future__ import annotations

from http.client import BadStatusLine, HTTPException, HTTPResponse

from urllib3 import HTTPHeaderDict

_LONGEST_LINE = 65_536
_MOST_FIELDS = 100
_NO_BODY = frozenset({204, 304})


class QuickHeadResponse(HTTPResponse):
    """http.client's response; `fields` are the header fields, whose names have no case."""

    def begin(self) -> None:
        """Read the head. Raises HTTPException, OSError."""
        self._read_head()
        # An informational answer precedes the real one.
        while self.status < 200:
            self._read_head()
        self.chunked = self.fields.get("Transfer-Encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.length = None if self.chunked else self._content_length()
        has_end = self.chunked or self.length is not None
        self.will_close = not (has_end and self.version == 11 and not self._says_close())

    def _read_head(self) -> None:
        version, _, rest = self._line().partition(" ")
        code, _, reason = rest.partition(" ")
        if version not in {"HTTP/1.0", "HTTP/1.1"} or len(code) != 3 or not code.isdecimal():
            raise BadStatusLine(version[:10])
        self.version = 11 if version == "HTTP/1.1" else 10
        self.status, self.reason = int(code), reason
        self.fields = self._read_fields()

    def _read_fields(self) -> HTTPHeaderDict:
        fields = HTTPHeaderDict()
        for _ in range(_MOST_FIELDS):
            line = self._line()
            if not line:
                return fields
            name, _, value = line.partition(":")
            fields.add(name, value.strip())
        raise HTTPException("too many header fields")

    def _line(self) -> str:
        line = self.fp.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise HTTPException("a head that is cut off, or too long a line in it")
        return line.rstrip(b"\r\n").decode("latin-1")

    def _content_length(self) -> int | None:
        if self.status in _NO_BODY:
            return 0
        length = self.fields.get("Content-Length", "")
        return int(length) if length.isdecimal() else None

    def _says_close(self) -> bool:
        return "close" in self.fields.get("Connection", "").lower()
