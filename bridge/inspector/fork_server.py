"""`python -m bridge.inspector.fork_server`: inspects each upload in a child of its own.

Standard input is a socket over which a worker passes one connection per upload. Everything is
imported once, here; a child begins within two milliseconds, knows one upload, and ends with it.
This process has one thread and neither keys nor other descriptors, so that forking it is safe.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import inspect_certificate
from bridge.credentials.secret import Secret
from bridge.credentials.sorting import sort_certificates
from bridge.inspector.exchange import (
    FAILED,
    Request,
    SignedDocumentRequest,
    SortingRequest,
    decode_request,
    encode_inspection,
    encode_signed,
    encode_sorting,
)
from bridge.inspector.limits import conceal, confine
from bridge.signed_documents.inspection import inspect_signed_document

_STANDARD_INPUT = 0


def main() -> None:
    """Serve until the worker closes its end."""
    conceal()
    # A terminal's and a service manager's signals are for the worker, whose end ends this one.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    # Ended children leave nothing to be waited for (sigaction(2)).
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _warm_up()
    with socket.socket(fileno=_STANDARD_INPUT) as worker:
        while connection := _next_connection(worker):
            _in_child(connection)
            os.close(connection)


def _warm_up() -> None:
    """Have libraries import and set up here what else each child would for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "warm-up")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(1))
    password = os.urandom(16).hex().encode()
    encryption = BestAvailableEncryption(password)
    inspect_certificate(
        [
            UploadedFile("", builder.sign(key, SHA256()).public_bytes(Encoding.PEM)),
            UploadedFile("", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)),
            UploadedFile("", serialize_key_and_certificates(None, key, None, None, encryption)),
        ],
        password=Secret(password),
        expected_type=None,
        environment=None,
        now=now,
    )
    gc.collect()
    gc.freeze()


def _next_connection(worker: socket.socket) -> int | None:
    _, descriptors, _, _ = socket.recv_fds(worker, 1, 1)
    return descriptors[0] if descriptors else None


def _in_child(connection: int) -> None:
    try:
        if os.fork():
            return
    except OSError:
        return
    try:
        os.close(_STANDARD_INPUT)
        confine()
        _answer(connection)
    except Exception as error:  # noqa: BLE001 - whatever a library raises on hostile bytes
        os.write(connection, f"{FAILED}{_place_of(error)}\n".encode())
    finally:
        # Without a word: a traceback might quote what was read.
        os._exit(0)


def _place_of(error: Exception) -> str:
    """Type and line; the text of an exception might quote what was read."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    file = "" if place is None else place.tb_frame.f_code.co_filename
    return f"{type(error).__name__} {file}:{place and place.tb_lineno}"


def _answer(connection: int) -> None:
    with socket.socket(fileno=os.dup(connection)) as worker, worker.makefile("rb") as incoming:
        request = decode_request(incoming.read())
        answer = _answer_to(request, lambda number: worker.sendall(b"%d\n" % number))
        worker.sendall(answer + b"\n")


def _answer_to(request: Request, opening: Callable[[int], object]) -> bytes:
    if isinstance(request, SignedDocumentRequest):
        opening(0)
        return encode_signed(
            inspect_signed_document(request.content, request.expected, request.now)
        )
    if isinstance(request, SortingRequest):
        return encode_sorting(
            sort_certificates(
                request.files,
                password=request.password,
                passwords=request.passwords,
                environment=request.environment,
                now=request.now,
                opening=opening,
            )
        )
    return encode_inspection(
        inspect_certificate(
            request.files,
            password=request.password,
            expected_type=request.expected_type,
            environment=request.environment,
            now=request.now,
            fingerprint=request.fingerprint,
            opening=opening,
        )
    )


if __name__ == "__main__":
    main()
