"""Seals as EspoCRM hands them back."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.hazmat.primitives.asymmetric import ec

from bridge.credentials.secret import Secret
from bridge.enrolment.keys import digest_in, open_key, seal_key
from bridge.seal_bindings import private_key_binding
from bridge.vault import Purpose, SealError, Vault
from tests.fuzz.target import Prepared, Target
from tests.fuzz.targets.espocrm_rows import KEY_RING
from tests.fuzz.told import assert_told


@contextmanager
def _prepare() -> Iterator[Prepared]:
    vault = Vault(KEY_RING)
    key = ec.generate_private_key(ec.SECP256R1())
    sealed_key = seal_key(vault, key)
    binding = private_key_binding(sealed_key.public_key_sha256)

    def read(data: bytes) -> None:
        sealed = data.decode("utf-8", "replace")
        for use in (
            lambda: vault.open(sealed, Purpose.PRIVATE_KEY, binding),
            lambda: vault.renew(sealed),
            lambda: open_key(vault, sealed, digest_in(sealed)),
        ):
            try:
                use()
            except SealError as error:
                assert_told("seal-unusable", {"reason": error.code})

    seals = [
        sealed_key.sealed,
        *(vault.seal(Secret("x" * each), Purpose.KSEF_TOKEN, binding) for each in (0, 1, 160)),
    ]
    odd = [
        f"ksef1.0f022000.private-key.{base64.urlsafe_b64encode(odd_one).decode()}.28.{'A' * 38}"
        for odd_one in (b"[]", b'{"a":[[[[[1]]]]]}', b"nul", b"[" * 30)
    ]
    yield Prepared(read, [each.encode() for each in (*seals, *odd)])


TARGET = Target("seals", _prepare, (b".", b"ksef1.", b"=", b"W1tb", b"0f022000", b"private-key"))
