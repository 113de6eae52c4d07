"""Logins by the package ksef-client, which polls without a pause and stores nothing.

It makes the same four calls over one kept connection, by httpx, with a public key that it was
given once and parses at each login; it signs by xmlsec, in C. It asks no database, hands over to no
thread and takes no lock: the bridge does all that in the time it is compared with.
"""

from __future__ import annotations

from ksef_client import KsefClient, KsefClientOptions
from ksef_client import models as m
from ksef_client.services import AuthCoordinator
from ksef_client.services.xades import XadesKeyPair

_SECONDS_BETWEEN_POLLS = 0.0


class ThirdPartyLogin:
    """Logs in over one client; KSeF's public key is fetched once."""

    def __init__(self, port: int) -> None:
        client = KsefClient(KsefClientOptions(base_url=f"http://127.0.0.1:{port}"))
        self._coordinator = AuthCoordinator(client.auth)
        self._published = client.security.get_public_key_certificate(
            m.PublicKeyCertificateUsage.KSEFTOKENENCRYPTION
        )

    def by_token(self, nip: str, token: str) -> None:
        """A login by KSeF token."""
        self._coordinator.authenticate_with_ksef_token(
            token=token,
            public_certificate=self._published.certificate,
            public_key_id=self._published.public_key_id,
            context_identifier_type="nip",
            context_identifier_value=nip,
            poll_interval_seconds=_SECONDS_BETWEEN_POLLS,
        )

    def by_certificate(self, nip: str, certificate_pem: str, key_pem: str) -> None:
        """A login by certificate; the key is not encrypted."""
        self._coordinator.authenticate_with_xades_key_pair(
            key_pair=XadesKeyPair(certificate_pem, key_pem),
            context_identifier_type="nip",
            context_identifier_value=nip,
            subject_identifier_type="certificateSubject",
            poll_interval_seconds=_SECONDS_BETWEEN_POLLS,
        )
