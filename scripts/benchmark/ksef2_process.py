"""Logs in by the package ksef2, in an interpreter that has it: `ksef2_process.py PORT`.

Each line of standard input is JSON of `nip` and `token`, or `certificate` and `key` (PEM); a line
answers it when the client is logged in.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import httpx


class _AtSimulator(httpx.HTTPTransport):
    """The client insists on the address of its environment."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return super().handle_request(request)


def main() -> None:
    """Log in once for each line."""
    ksef2: Any = import_module("ksef2")
    credentials: Any = import_module("ksef2.xades").XAdESCredentials
    http = httpx.Client(transport=_AtSimulator(int(sys.argv[1])))
    authentication = ksef2.Client(ksef2.Environment.TEST, http_client=http).authentication
    for line in sys.stdin:
        given = json.loads(line)
        if "token" in given:
            authentication.with_token(ksef_token=given["token"], nip=given["nip"])
        else:
            certificate, key = given["certificate"].encode(), given["key"].encode()
            authentication.with_xades(
                nip=given["nip"], credentials=credentials.from_pem(certificate, key)
            )
        sys.stdout.write("logged in\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
