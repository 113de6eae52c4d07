"""Profiles with Offline certificates, as EspoCRM would store them."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bridge.credentials.certificate import read_facts
from bridge.credentials.secret import Secret
from bridge.credentials.upload import public_key_sha256
from bridge.keys.master_keys import load_key_ring
from bridge.seal_bindings import private_key_binding
from bridge.vault import Purpose, Vault
from tests.credentials.certificates import CONTENT_COMMITMENT, Description
from tests.installation import Installation
from tests.offline.signers import Signer
from tests.processes import Answer

_numbers: Iterator[int] = itertools.count(1)


@dataclass(frozen=True)
class OfflineProfiles:
    """Adds profiles to one installation and asks for links."""

    installation: Installation

    def add(self, nip: str, certificate: Any = None, **columns: object) -> str:
        """A profile with an inspected certificate; a column of the certificate's starts `c_`."""
        profile_id = f"off-{next(_numbers)}"
        own = {name: value for name, value in columns.items() if not name.startswith("c_")}
        if certificate is not None:
            changed = {name[2:]: value for name, value in columns.items() if name.startswith("c_")}
            # EspoCRM takes each fingerprint once, and the tests share certificates.
            changed["fingerprint"] = secrets.token_hex(32)
            self.installation.add_certificate(f"c-{profile_id}", certificate, **changed)
            own.setdefault("offline_certificate_id", f"c-{profile_id}")
        self.installation.add_profile(profile_id, nip, **{"authorization_type": "Token", **own})
        return profile_id

    def links(self, profile_id: str, body: dict[str, Any], **headers: str) -> Answer:
        path = f"/v1/profiles/{profile_id}/verification-links"
        return self.installation.call("POST", path, body, **headers)

    def seal(self, content: Secret, owner: Signer) -> str:
        """A seal that the bridge opens for the owner's certificate, whatever is in it."""
        keys = Path(self.installation.environment["KSEF_BRIDGE_MASTER_KEYS_FILE"])
        binding = private_key_binding(public_key_sha256(owner.certificate.public_key()))
        return Vault(load_key_ring(keys)).seal(content, Purpose.PRIVATE_KEY, binding)

    def stored(self, owner: Signer, content: Secret | None = None) -> dict[str, Any]:
        """What an inspection would have answered, also for a certificate that it would refuse."""
        facts = read_facts(owner.certificate, now=datetime.now(UTC), key_matches=True)
        return {
            "facts": {"type": facts.type, "kind": facts.kind, "fingerprint": facts.fingerprint},
            "certificatePem": owner.certificate_pem,
            "privateKeySealed": self.seal(content or owner.pkcs8, owner),
        }


def crafted(key: Any, **description: Any) -> Signer:
    """A certificate of KSeF's form that the simulator would not issue."""
    made = Description(key_usage=CONTENT_COMMITMENT, **description)
    return Signer(key, made.issue(key.public_key()))
