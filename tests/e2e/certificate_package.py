"""A downloaded package of certificate and key, opened as whoever gets it does: with openssl."""

from __future__ import annotations

import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from tests.e2e.credential_files import register_private_key


@dataclass(frozen=True)
class UnpackedPackage:
    """What was in the zip."""

    certificate: Path
    key: Path
    readme: str

    @classmethod
    def from_zip(cls, package: Path, folder: Path) -> UnpackedPackage:
        """The three files, and no others."""
        with zipfile.ZipFile(package) as opened:
            names = sorted(opened.namelist(), key=lambda name: Path(name).suffix)
            assert [Path(name).suffix for name in names] == [".crt", ".key", ".txt"], names
            opened.extractall(folder)
        certificate, key, readme = (folder / name for name in names)
        return cls(certificate, key, readme.read_text("utf-8-sig"))

    def certificate_public_key(self) -> bytes:
        """PEM."""
        return _openssl("x509", "-in", str(self.certificate), "-noout", "-pubkey").stdout

    def opens_with(self, password: str) -> bool:
        return self._pkey(password, "-noout").returncode == 0

    def key_public_key(self, password: str) -> bytes:
        """PEM."""
        return self._pkey(password, "-pubout").stdout

    def private_key(self, password: str) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
        """Remembered as a secret that may be nowhere else."""
        der = self._pkey(password, "-outform", "DER").stdout
        key = load_der_private_key(der, None)
        assert isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey))
        register_private_key(key)
        return key

    def _pkey(self, password: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        source = ("pkey", "-in", str(self.key), "-passin", "stdin")
        return _openssl(*source, *arguments, given=password.encode(), must_succeed=False)


def _openssl(
    *arguments: str, given: bytes = b"", must_succeed: bool = True
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["openssl", *arguments], input=given, capture_output=True, check=must_succeed
    )
