"""The floor of a login: KSeF's calls, the cryptography, and commits, with nothing around them.

The libraries are the bridge's own: urllib3, cryptography, signxml, SQLAlchemy on SQLite, used as
their documentation shows. Where the bridge gets on with less of a library (urllib3 without its
answers, statements as text), its ratio gains by that, too; the floor reads no profile, seals
nothing and keeps no pace.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.xades.xades import XAdESSigner
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, create_engine, event

from benchmark.own_process import PartFailed

_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label=None)
_REQUEST = (
    '<AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"><Challenge>{challenge}'
    "</Challenge><ContextIdentifier><Nip>{nip}</Nip></ContextIdentifier><SubjectIdentifierType>"
    "certificateSubject</SubjectIdentifierType></AuthTokenRequest>"
)
_JSON = {"Content-Type": "application/json"}
_XML = {"Content-Type": "application/xml"}
_SUCCESS = 200

_document = Table(
    "document", MetaData(), Column("id", Integer, primary_key=True), Column("content", Text)
)
_STORE = _document.update().where(_document.c.id == 1).values(content=bindparam("document"))


class LoginFloor:
    """Logs in over one connection and commits a document as often as it is told."""

    def __init__(self, port: int, database: Path, commits: int, document_bytes: int) -> None:
        self._pool = urllib3.HTTPConnectionPool("127.0.0.1", port)
        self._engine = create_engine(f"sqlite:///{database}")
        event.listen(self._engine, "connect", _configure)
        self._commits = commits
        self._document = "x" * document_bytes
        self._public_key, self._public_key_id = self._token_encryption_key()
        _document.create(self._engine)
        with self._engine.begin() as connection:
            connection.execute(_document.insert().values(id=1))

    def by_token(self, nip: str, token: str) -> None:
        """A login by KSeF token."""
        challenge = self._call("POST", "/auth/challenge")
        plaintext = f"{token}|{challenge['timestampMs']}".encode()
        body = {
            "challenge": challenge["challenge"],
            "contextIdentifier": {"type": "Nip", "value": nip},
            "encryptedToken": base64.b64encode(self._public_key.encrypt(plaintext, _OAEP)).decode(),
            "publicKeyId": self._public_key_id,
        }
        self._finish(self._call("POST", "/auth/ksef-token", _JSON, json.dumps(body).encode()))

    def by_certificate(self, nip: str, certificate_pem: bytes, key_der: bytes) -> None:
        """A login by a certificate with an EC key; the key in DER, not encrypted."""
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        key: Any = load_der_private_key(key_der, None)
        challenge = self._call("POST", "/auth/challenge")
        request = etree.fromstring(_REQUEST.format(challenge=challenge["challenge"], nip=nip))
        signer = XAdESSigner(
            signature_algorithm=SignatureMethod.ECDSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
        )
        signed = etree.tostring(signer.sign(request, key=key, cert=[certificate]))
        self._finish(self._call("POST", "/auth/xades-signature", _XML, signed))

    def _finish(self, submitted: Any) -> None:
        bearer = {"Authorization": f"Bearer {submitted['authenticationToken']['token']}"}
        status = self._call("GET", f"/auth/{submitted['referenceNumber']}", bearer)["status"]
        if status["code"] != _SUCCESS:
            raise PartFailed(f"the floor's login: {status}")
        self._call("POST", "/auth/token/redeem", bearer)
        for _ in range(self._commits):
            with self._engine.begin() as connection:
                connection.execute(_STORE, {"document": self._document})

    def _call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Any:
        answer = self._pool.urlopen(method, f"/v2{path}", body, headers)
        if answer.status >= 300:
            raise PartFailed(f"the floor's {method} {path}: {answer.status}")
        return json.loads(answer.data)

    def _token_encryption_key(self) -> tuple[RSAPublicKey, str]:
        for published in self._call("GET", "/security/public-key-certificates"):
            if "KsefTokenEncryption" in published["usage"]:
                der = base64.b64decode(published["certificate"])
                key = x509.load_der_x509_certificate(der).public_key()
                if isinstance(key, RSAPublicKey):
                    return key, published["publicKeyId"]
        raise PartFailed("the simulator publishes no key to encrypt tokens with")


def _configure(connection: Any, _record: object) -> None:
    # As the bridge sets up its own file.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
