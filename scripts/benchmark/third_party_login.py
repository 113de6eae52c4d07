"""Logins by packages that nobody here wrote, as they come: they store nothing and ask no database.

ksef-client makes the same four calls over one kept connection, by httpx, with a public key that it
was given once and parses at each login; it signs by xmlsec, in C.

ksef2 needs Python 3.12 or later: it has an interpreter of its own where there is one.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Protocol

from ksef_client import KsefClient, KsefClientOptions
from ksef_client import models as m
from ksef_client.services import AuthCoordinator
from ksef_client.services.xades import XadesKeyPair

from benchmark.own_process import PartFailed

_KSEF2_PYTHON = Path(".clients/ksef2/bin/python")
_KSEF2_PROGRAM = Path(__file__).with_name("ksef2_process.py")


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
    """ksef2, which keeps KSeF's public keys by itself, in a process of its own interpreter."""

    def __init__(self, port: int) -> None:
        self._process = subprocess.Popen(
            [_KSEF2_PYTHON, _KSEF2_PROGRAM, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def is_installed() -> bool:
        """Whether `scripts/bench` found a Python that it runs on."""
        return _KSEF2_PYTHON.exists()

    def by_token(self, nip: str, token: str) -> None:
        """See ThirdPartyLogin."""
        self._log_in(nip=nip, token=token)

    def by_certificate(self, nip: str, certificate_pem: str, key_pem: str) -> None:
        """See ThirdPartyLogin."""
        self._log_in(nip=nip, certificate=certificate_pem, key=key_pem)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _log_in(self, **credential: str) -> None:
        """Raises PartFailed."""
        wishes, answers = self._process.stdin, self._process.stdout
        if wishes is None or answers is None:
            raise TypeError
        wishes.write(f"{json.dumps(credential)}\n")
        wishes.flush()
        if not answers.readline():
            raise PartFailed("ksef2")
