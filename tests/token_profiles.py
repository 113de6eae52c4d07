"""Many profiles with KSeF tokens that were never used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import create_engine, insert

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.espocrm.tables import ksef_profile
from bridge.keys.master_keys import load_key_ring
from bridge.seal_bindings import token_binding
from bridge.vault import Purpose, Vault
from tests.installation import Installation, new_nip


def new_token_profiles(installation: Installation, name: str, count: int) -> dict[str, str]:
    """Their ids and NIPs; the tokens are sealed in this process, which takes less time."""
    vault = Vault(load_key_ring(Path(installation.environment["KSEF_BRIDGE_MASTER_KEYS_FILE"])))
    nips = {f"{name}-{number}": new_nip() for number in range(count)}
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(installation.new_ksef_token, nips.values()))
    rows = [
        {
            "id": profile,
            "deleted": False,
            "status": "Active",
            "nip": nip,
            "internal_id": "",
            "environment": "Test",
            "authorization_type": "Token",
            "token_sealed": vault.seal(
                Secret(token),
                Purpose.KSEF_TOKEN,
                token_binding(Environment.TEST, ContextIdentifier(ContextType.NIP, nip)),
            ),
        }
        for (profile, nip), token in zip(nips.items(), tokens, strict=True)
    ]
    engine = create_engine(installation.environment["KSEF_BRIDGE_ESPOCRM_DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(insert(ksef_profile), rows)
    engine.dispose()
    return nips
