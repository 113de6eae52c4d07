"""Drives the package ksef2-0-python: logs in by certificate or token, and ends the session.

Reads `{baseUrl, nip, certificate, key}` (PEM) or `{baseUrl, nip, token}` from standard input.
"""

import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from ksef.sdk.authksef import AUTHCERT, AUTHTOKEN
from ksef.sdk.ksefsdk import KSEFSDK

given = json.load(sys.stdin)
if "token" in given:
    credential = AUTHTOKEN(given["token"])
else:
    credential = AUTHCERT(
        load_pem_private_key(given["key"].encode(), None),
        x509.load_pem_x509_certificate(given["certificate"].encode()),
    )
client = KSEFSDK(url=given["baseUrl"], nip=given["nip"], A=credential, unittest=False)
client.session_terminate()
json.dump({"sessions": 1}, sys.stdout)
