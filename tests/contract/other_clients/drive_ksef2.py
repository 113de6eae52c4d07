"""Drives the package ksef2: logs in by certificate, makes a token, logs in by it, looks, logs out.

Reads `{baseUrl, nip, certificate, key}` (PEM) from standard input. The package knows KSeF's own
addresses only, so its HTTP client is given a transport that sends each call to the simulator.
"""

import json
import sys

import httpx
from ksef2 import Client, Environment
from ksef2.xades import XAdESCredentials

given = json.load(sys.stdin)


class ToSimulator(httpx.HTTPTransport):
    """Changes the host of each call, nothing else."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        base = httpx.URL(given["baseUrl"])
        request.url = request.url.copy_with(scheme=base.scheme, host=base.host, port=base.port)
        return super().handle_request(request)


with Client(Environment.TEST, http_client=httpx.Client(transport=ToSimulator())) as client:
    owner = client.authentication.with_xades(
        nip=given["nip"],
        credentials=XAdESCredentials.from_pem(given["certificate"].encode(), given["key"].encode()),
    )
    made = owner.tokens.generate(
        permissions=["invoice_read", "invoice_write"], description="Token klienta zewnętrznego"
    )
    made.wait()
    by_token = client.authentication.with_token(ksef_token=made.token, nip=given["nip"])
    sessions = len(list(by_token.sessions.list()))
    by_token.sessions.terminate_current()
    owner.sessions.terminate_current()
json.dump({"sessions": sessions}, sys.stdout)
