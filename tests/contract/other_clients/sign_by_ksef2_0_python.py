"""Signs a login document by the signer of the package ksef2-0-python, which uses endesive.

Reads `{document, certificate, key}` from standard input, writes the signed document.
"""

import json
import sys

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from ksef.sdk.xades_sign import sign_xades

given = json.load(sys.stdin)
signed = sign_xades(
    given["document"].encode(),
    load_pem_private_key(given["key"].encode(), None),
    x509.load_pem_x509_certificate(given["certificate"].encode()),
)
sys.stdout.buffer.write(signed if isinstance(signed, bytes) else signed.encode())
