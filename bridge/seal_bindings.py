"""What each kind of sealed credential belongs to; a seal opens for nothing else."""

from __future__ import annotations

from bridge.credentials.context import ContextIdentifier
from bridge.credentials.environment import Environment
from bridge.vault import Binding


def token_binding(environment: Environment, context: ContextIdentifier) -> Binding:
    """What a sealed KSeF token belongs to."""
    return {
        "environment": environment.value,
        "contextType": context.type.value,
        "contextValue": context.value,
    }


def private_key_binding(public_key_sha256: str) -> Binding:
    """What a sealed private key belongs to: its public key (SHA-256 of the SPKI in DER, hex)."""
    return {"publicKeySha256": public_key_sha256}
