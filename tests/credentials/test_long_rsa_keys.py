"""RSA keys that would take the worker too long at each login are not accepted."""

from __future__ import annotations

import math
import secrets

import pytest
from asn1crypto import keys

from tests.credentials.inspecting import errors, inspect
from tests.secret_register import register_secret

_EXPONENT = 65537


def key_of(bits: int) -> bytes:
    """RSAPrivateKey whose numbers belong together; its factors are no primes, which take long."""
    p = q = factor(bits // 2)
    while math.gcd(p, q) > 1:
        q = factor(bits // 2)
    d = pow(_EXPONENT, -1, math.lcm(p - 1, q - 1))
    numbers = {
        "version": 0,
        "modulus": p * q,
        "public_exponent": _EXPONENT,
        "private_exponent": d,
        "prime1": p,
        "prime2": q,
        "exponent1": d % (p - 1),
        "exponent2": d % (q - 1),
        "coefficient": pow(q, -1, p),
    }
    return register_secret(bytes(keys.RSAPrivateKey(numbers).dump()))


def factor(bits: int) -> int:
    """An odd number with its two highest bits set, that RSA's exponent fits."""
    while True:
        number = secrets.randbits(bits) | 0b11 << (bits - 2) | 1
        if math.gcd(number - 1, _EXPONENT) == 1:
            return number


@pytest.mark.parametrize(
    ("bits", "expected"),
    [(8192, "certificate-missing"), (8200, "certificate-key-unaccepted")],
)
def test_rsa_keys_end_at_8192_bits(bits: int, expected: str) -> None:
    inspection = inspect({"a.key": key_of(bits)})
    assert errors(inspection) == [expected]
