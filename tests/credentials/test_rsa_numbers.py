"""An RSA key is read only when each of its numbers belongs to the others (RFC 8017 section 3.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asn1crypto import keys
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.credentials.inspecting import errors, inspect
from tests.secret_register import register_secret

Numbers = dict[str, int]
NUMBERS = rsa.generate_private_key(65537, 2048).private_numbers()
P, Q, D = NUMBERS.p, NUMBERS.q, NUMBERS.d


def with_exponent(d: int) -> Numbers:
    return {"private_exponent": d, "exponent1": d % (P - 1), "exponent2": d % (Q - 1)}


def with_factors(p: int, q: int) -> Numbers:
    return {"prime1": p, "prime2": q}


def encoded(changed: Numbers) -> bytes:
    numbers = {
        "version": 0,
        "modulus": P * Q,
        "public_exponent": NUMBERS.public_numbers.e,
        "private_exponent": D,
        "prime1": P,
        "prime2": Q,
        "exponent1": NUMBERS.dmp1,
        "exponent2": NUMBERS.dmq1,
        "coefficient": NUMBERS.iqmp,
        **changed,
    }
    return register_secret(bytes(keys.RSAPrivateKey(numbers).dump()))


SPOILT: dict[str, Callable[[], Numbers]] = {
    "modulus": lambda: {"modulus": P * Q + 2},
    "exponent fits the second factor alone": lambda: with_exponent(D + Q - 1),
    "exponent fits the first factor alone": lambda: with_exponent(D + P - 1),
    "exponent1": lambda: {"exponent1": NUMBERS.dmp1 + 2},
    "exponent2": lambda: {"exponent2": NUMBERS.dmq1 + 2},
    "coefficient": lambda: {"coefficient": NUMBERS.iqmp + 1},
    "first factor is one": lambda: with_factors(1, P * Q),
    "second factor is one": lambda: with_factors(P * Q, 1),
    "first factor is nought": lambda: with_factors(0, Q),
    "second factor is nought": lambda: with_factors(P, 0),
}


def test_the_numbers_of_a_sound_key_belong_together() -> None:
    assert errors(inspect({"a.key": encoded({})})) == ["certificate-missing"]
    # Any exponent will do that undoes the public one for both factors.
    more = D + (P - 1) * (Q - 1)
    assert errors(inspect({"a.key": encoded(with_exponent(more))})) == ["certificate-missing"]


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=list(SPOILT))
def test_one_number_that_does_not_belong_to_the_others_is_damage(
    spoilt: Callable[[], Numbers],
) -> None:
    assert errors(inspect({"a.key": encoded(spoilt())})) == ["file-damaged"]
