"""Signs a login document by the signer of the package ksef2.

Reads `{document, certificate, key}` from standard input, writes the signed document.
"""

import json
import sys

from ksef2.xades import load_certificate_from_pem, load_private_key_from_pem, sign_xades

given = json.load(sys.stdin)
signed = sign_xades(
    given["document"].encode(),
    load_certificate_from_pem(given["certificate"].encode()),
    load_private_key_from_pem(given["key"].encode()),
)
sys.stdout.buffer.write(signed)
