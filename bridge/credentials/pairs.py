"""Private keys with their certificates, told by the public key that both have."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.credentials.upload import FoundCertificate, FoundKey, Upload


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key."""

    certificate: FoundCertificate
    key: FoundKey


def pairs_of(upload: Upload) -> list[Pair]:
    """Each private key with its certificate: the one that is valid longest when it was renewed."""
    pairs = []
    for key in upload.keys:
        of_key = [
            each for each in upload.certificates if each.public_key_sha256 == key.public_key_sha256
        ]
        if of_key:
            newest = max(of_key, key=lambda each: each.certificate.not_valid_after_utc)
            pairs.append(Pair(newest, key))
    return pairs
