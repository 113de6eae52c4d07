"""Keys, certificates and files in every form, made by OpenSSL's command in a folder."""

from __future__ import annotations

import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bridge.credentials.private_key import PrivateKey, accepted_private_key
from tests.credentials.certificates import Description, authority_key, pem_of
from tests.secret_register import register_secret

PASSWORD = register_secret(f"Zażółć gęślą {secrets.token_hex(6)}")
LEGACY = "-provider legacy -provider default"


@dataclass(frozen=True)
class KeyMaterial:
    """A folder with `key.pem`, `cert.pem`, `authority.pem`, and the same as objects."""

    folder: Path
    certificate: x509.Certificate
    private_key: PrivateKey

    @classmethod
    def make(cls, folder: Path, algorithm: str) -> KeyMaterial:
        """`algorithm` is EC or RSA."""
        how = {
            "EC": "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
            "RSA": "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        }
        folder.mkdir(parents=True, exist_ok=True)
        run(folder, f"openssl genpkey {how[algorithm]} -out key.pem")
        pem = register_secret((folder / "key.pem").read_bytes())
        private_key = accepted_private_key(load_pem_private_key(pem, None))
        certificate = Description().issue(private_key.public_key())
        (folder / "cert.pem").write_bytes(pem_of(certificate))
        authority = Description(is_authority=True).issue(authority_key().public_key())
        (folder / "authority.pem").write_bytes(pem_of(authority))
        return cls(folder, certificate, private_key)

    def run(self, script: str, *names: str, password: str = PASSWORD) -> dict[str, bytes]:
        """What the files `names` hold after the shell script, which finds PASSWORD set."""
        run(self.folder, script, password)
        return {name: (self.folder / name).read_bytes() for name in names}


def run(folder: Path, script: str, password: str = PASSWORD) -> None:
    finished = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
