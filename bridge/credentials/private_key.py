"""The private keys that KSeF takes: reading one, and checking it against itself."""

from __future__ import annotations

from asn1crypto import core, keys
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from bridge.credentials import der
from bridge.credentials.errors import KeyUnaccepted
from bridge.credentials.secret import Secret

# A signature with a longer one takes the worker more than a tenth of a second.
_MOST_RSA_BITS = 8192

_VERSION_2 = b"\x02\x01\x01"
_OF_PKCS8 = [der.INTEGER, der.SEQUENCE, der.OCTET_STRING]

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
PublicKey = RSAPublicKey | EllipticCurvePublicKey


def read_private_key(data: bytes) -> PrivateKey:
    """A key in DER that is not encrypted: PKCS #8 in both versions, SEC1, PKCS #1.

    Raises KeyUnaccepted, ValueError when it is damaged.
    """
    try:
        return accepted_private_key(_load(data))
    except ValueError:
        return accepted_private_key(_load(_of_version_1(data)))


def _load(data: bytes) -> PrivateKeyTypes:
    try:
        # The library's own check of an RSA key takes longer than all the rest together (54 ms).
        return load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True)
    except UnsupportedAlgorithm:
        raise KeyUnaccepted(algorithm="unknown") from None
    except TypeError:
        raise ValueError("encrypted again inside") from None


def _of_version_1(data: bytes) -> bytes:
    """OneAsymmetricKey (RFC 5958) as PrivateKeyInfo: without the public key, which is computed.

    Raises ValueError for anything else.
    """
    children = der.read(data).children()
    if [each.tag for each in children[:3]] != _OF_PKCS8 or children[0].encoding != _VERSION_2:
        raise ValueError("no key of the second version")
    info = {
        "version": 0,
        "private_key_algorithm": keys.PrivateKeyAlgorithm.load(children[1].encoding),
        "private_key": core.ParsableOctetString.load(children[2].encoding),
    }
    return bytes(keys.PrivateKeyInfo(info).dump())


def accepted_private_key(key: PrivateKeyTypes | None) -> PrivateKey:
    """The key itself when it is RSA or EC and its numbers belong together.

    Raises ValueError when they do not, KeyUnaccepted for another kind of key.
    """
    if isinstance(key, RSAPrivateKey):
        if key.key_size > _MOST_RSA_BITS:
            raise KeyUnaccepted(algorithm=f"RSA {key.key_size}")
        _check_numbers(key)
        return key
    if isinstance(key, EllipticCurvePrivateKey):
        return key
    raise KeyUnaccepted(algorithm=type(key).__name__.removesuffix("PrivateKey"))


def unencrypted_pkcs8(key: PrivateKey) -> Secret:
    """The key as PrivateKeyInfo in DER (RFC 5958)."""
    return Secret(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _check_numbers(key: RSAPrivateKey) -> None:
    """The relations of RFC 8017 section 3.2; whether the factors are prime is not tested."""
    numbers = key.private_numbers()
    p, q, d = numbers.p, numbers.q, numbers.d
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    belong_together = (
        p > 1
        and q > 1
        and p * q == n
        and d * e % (p - 1) == 1
        and d * e % (q - 1) == 1
        and numbers.dmp1 == d % (p - 1)
        and numbers.dmq1 == d % (q - 1)
        and numbers.iqmp * q % p == 1
    )
    if not belong_together:
        raise ValueError("the numbers of the RSA key do not belong together")
