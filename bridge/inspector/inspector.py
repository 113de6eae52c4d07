"""Having uploads inspected by processes that may be ended at any time."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import weakref

import structlog

from bridge.credentials.codes import CertificateCode
from bridge.credentials.findings import FILES, Finding, Severity
from bridge.credentials.inspection import CertificateInspection
from bridge.credentials.sorting import CertificateSorting
from bridge.inspector.answer import decode_inspection, decode_signed, decode_sorting
from bridge.inspector.errors import InspectorAway
from bridge.inspector.exchange import (
    InspectionRequest,
    Request,
    SignedDocumentRequest,
    SortingRequest,
    encode_request,
)
from bridge.inspector.limits import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS
from bridge.inspector.places import Places
from bridge.signed_documents.codes import SignedDocumentCode
from bridge.signed_documents.inspection import SignedDocumentInspection, problem

_MODULE = "bridge.inspector.fork_server"
_LARGEST_ANSWER = 4 * 1024 * 1024
# The kernel ends the process before; this is for a machine that is too busy to do so.
_LONGEST = WALL_SECONDS + 0.5

log = structlog.get_logger(__name__)


class Inspector:
    """Inspects uploads for one worker; its fork server starts when it is first needed."""

    def __init__(self, threads: int) -> None:
        self._places = Places(threads)
        self._lock = threading.Lock()
        self._server: _ForkServer | None = None

    def start(self) -> None:
        """Have the fork server ready before the first upload."""
        with self._lock:
            if self._server is None:
                self._server = _ForkServer()

    def inspect(self, request: InspectionRequest) -> CertificateInspection:
        """What `inspect_certificate` says, or that it was not to be had within the limits.

        Raises InspectorBusy, InspectorAway.
        """
        answer = self._answer(request)
        if isinstance(answer, Finding):
            return CertificateInspection(None, (answer,), None, None, None)
        return decode_inspection(answer)

    def sort(self, request: SortingRequest) -> CertificateSorting:
        """What `sort_certificates` says, or as of `inspect`."""
        answer = self._answer(request)
        if isinstance(answer, Finding):
            return CertificateSorting((), (answer,))
        return decode_sorting(answer)

    def inspect_signed(self, request: SignedDocumentRequest) -> SignedDocumentInspection:
        """What `inspect_signed_document` says, or as of `inspect`."""
        answer = self._answer(request)
        if isinstance(answer, Finding):
            return SignedDocumentInspection(problem=answer)
        return decode_signed(answer)

    def _answer(self, request: Request) -> bytes | Finding:
        """The last line that a process answered, or which file was too costly for it."""
        with self._places.place(), self._connection() as connection:
            lines = _exchange(connection, encode_request(request))
        if lines and lines[-1].startswith(b"{"):
            return lines[-1]
        begun = [line for line in lines if line.isdigit()]
        failure = "".join(line.decode(errors="replace") for line in lines if line not in begun)
        log.warning("inspection-ended", failure=failure or "limits", files_begun=len(begun))
        if not begun:
            raise InspectorAway
        if isinstance(request, SignedDocumentRequest):
            return problem(SignedDocumentCode.TOO_COSTLY)
        return _too_costly(request.files[int(begun[-1])].name)

    def _connection(self) -> socket.socket:
        """A connection to a process that waits for one request. Raises InspectorAway."""
        ours, theirs = socket.socketpair()
        with theirs:
            for _ in range(2):
                self.start()
                with self._lock:
                    if self._server is not None and self._server.hand_over(theirs):
                        return ours
                    self._server = None
        ours.close()
        raise InspectorAway


def _exchange(connection: socket.socket, request: bytes) -> list[bytes]:
    """The whole lines of the answer: the number of each file that was begun, the inspection."""
    deadline = time.monotonic() + _LONGEST
    received = bytearray()
    with contextlib.suppress(OSError):
        connection.settimeout(_LONGEST)
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        while len(received) < _LARGEST_ANSWER and (left := deadline - time.monotonic()) > 0:
            connection.settimeout(left)
            chunk = connection.recv(65536)
            if not chunk:
                break
            received += chunk
    return bytes(received).split(b"\n")[:-1]


def _too_costly(file_name: str) -> Finding:
    params: dict[str, str | int] = {
        "file": file_name,
        "seconds": CPU_SECONDS,
        "megabytes": MEMORY_BYTES // 1024**2,
    }
    return Finding(CertificateCode.FILE_TOO_COSTLY, Severity.ERROR, FILES, params)


class _ForkServer:
    """The process, and the socket over which it is passed connections."""

    def __init__(self) -> None:
        self._control, standard_input = socket.socketpair()
        with standard_input:
            self._process = subprocess.Popen(  # noqa: S603 - nothing of a caller's
                [sys.executable, "-s", "-P", "-m", _MODULE],
                stdin=standard_input.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # The settings hold a database's password; the child needs none of them.
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )
        weakref.finalize(self, _end, self._process, self._control)

    def hand_over(self, connection: socket.socket) -> bool:
        """Whether the server takes the connection."""
        try:
            socket.send_fds(self._control, [b"+"], [connection.fileno()])
        except OSError:
            return False
        return True


def _end(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    control.close()
    process.wait()
