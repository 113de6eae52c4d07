"""Logins by packages that nobody here wrote, as they come: they store nothing and ask no database.

ksef-client makes the same four calls over one kept connection, by httpx, with a public key that it
was given once and parses at each login; it signs by xmlsec, in C.

ksef2 needs Python 3.12 and is measured where it is installed.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import httpx
from ksef_client import KsefClient, KsefClientOptions
from ksef_client import models as m
from ksef_client.services import AuthCoordinator
from ksef_client.services.xades import XadesKeyPair


class ThirdPartyLogin(Protocol):
    """A client that logs companies in; connections and public keys may stay open for the next."""

    def by_token(self, nip: str, token: str) -> None:
        """A login by KSeF token."""

    def by_certificate(self, nip: str, certificate_pem: str, key_pem: str) -> None:
        """A login by certificate; the key is not encrypted."""


class KsefClientLogin:
    """ksef-client; KSeF's public key is fetched once."""

    def __init__(self, port: int) -> None:
        client = KsefClient(KsefClientOptions(base_url=f"http://127.0.0.1:{port}"))
        self._coordinator = AuthCoordinator(client.auth)
        self._published = client.security.get_public_key_certificate(
            m.PublicKeyCertificateUsage.KSEFTOKENENCRYPTION
        )

    def by_token(self, nip: str, token: str) -> None:
        """See ThirdPartyLogin."""
        self._coordinator.authenticate_with_ksef_token(
            token=token,
            public_certificate=self._published.certificate,
            public_key_id=self._published.public_key_id,
            context_identifier_type="nip",
            context_identifier_value=nip,
        )

    def by_certificate(self, nip: str, certificate_pem: str, key_pem: str) -> None:
        """See ThirdPartyLogin."""
        self._coordinator.authenticate_with_xades_key_pair(
            key_pair=XadesKeyPair(certificate_pem, key_pem),
            context_identifier_type="nip",
            context_identifier_value=nip,
            subject_identifier_type="certificateSubject",
        )


class Ksef2Login:
    """ksef2, which keeps KSeF's public keys by itself."""

    def __init__(self, port: int) -> None:
        ksef2: Any = import_module("ksef2")
        # The client insists on the address of its environment.
        http = httpx.Client(transport=_AtSimulator(port))
        self._authentication = ksef2.Client(ksef2.Environment.TEST, http_client=http).authentication
        self._credentials: Any = import_module("ksef2.xades").XAdESCredentials

    @staticmethod
    def is_installed() -> bool:
        """Whether this interpreter has the package."""
        return find_spec("ksef2") is not None

    def by_token(self, nip: str, token: str) -> None:
        """See ThirdPartyLogin."""
        self._authentication.with_token(ksef_token=token, nip=nip)

    def by_certificate(self, nip: str, certificate_pem: str, key_pem: str) -> None:
        """See ThirdPartyLogin."""
        credentials = self._credentials.from_pem(certificate_pem.encode(), key_pem.encode())
        self._authentication.with_xades(nip=nip, credentials=credentials)


class _AtSimulator(httpx.HTTPTransport):
    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return super().handle_request(request)
