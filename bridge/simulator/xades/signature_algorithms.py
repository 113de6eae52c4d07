"""The algorithms of auth/podpis-xades.md by their identifiers, and nothing else."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_DSIG_MORE_2001 = "http://www.w3.org/2001/04/xmldsig-more#"
_DSIG_MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
_DSIG_MORE_2021 = "http://www.w3.org/2021/04/xmldsig-more#"
_XMLENC = "http://www.w3.org/2001/04/xmlenc#"

_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    f"{_DSIG}sha1": hashes.SHA1(),  # noqa: S303 - KSeF allows it
    f"{_XMLENC}sha256": hashes.SHA256(),
    f"{_DSIG_MORE_2001}sha384": hashes.SHA384(),
    f"{_XMLENC}sha512": hashes.SHA512(),
    f"{_DSIG_MORE_2007}sha3-256": hashes.SHA3_256(),
    f"{_DSIG_MORE_2007}sha3-384": hashes.SHA3_384(),
    f"{_DSIG_MORE_2007}sha3-512": hashes.SHA3_512(),
}
_RSA_PKCS1: dict[str, hashes.HashAlgorithm] = {
    f"{_DSIG}rsa-sha1": hashes.SHA1(),  # noqa: S303 - KSeF allows it
    f"{_DSIG_MORE_2001}rsa-sha256": hashes.SHA256(),
    f"{_DSIG_MORE_2001}rsa-sha384": hashes.SHA384(),
    f"{_DSIG_MORE_2001}rsa-sha512": hashes.SHA512(),
}
_RSA_PSS: dict[str, hashes.HashAlgorithm] = {
    f"{_DSIG_MORE_2007}sha1-rsa-MGF1": hashes.SHA1(),  # noqa: S303 - KSeF allows it
    f"{_DSIG_MORE_2007}sha256-rsa-MGF1": hashes.SHA256(),
    f"{_DSIG_MORE_2007}sha384-rsa-MGF1": hashes.SHA384(),
    f"{_DSIG_MORE_2007}sha512-rsa-MGF1": hashes.SHA512(),
    f"{_DSIG_MORE_2007}sha3-256-rsa-MGF1": hashes.SHA3_256(),
    f"{_DSIG_MORE_2007}sha3-384-rsa-MGF1": hashes.SHA3_384(),
    f"{_DSIG_MORE_2007}sha3-512-rsa-MGF1": hashes.SHA3_512(),
}
_ECDSA: dict[str, hashes.HashAlgorithm] = {
    f"{_DSIG_MORE_2001}ecdsa-sha1": hashes.SHA1(),  # noqa: S303 - KSeF allows it
    f"{_DSIG_MORE_2001}ecdsa-sha256": hashes.SHA256(),
    f"{_DSIG_MORE_2001}ecdsa-sha384": hashes.SHA384(),
    f"{_DSIG_MORE_2001}ecdsa-sha512": hashes.SHA512(),
    f"{_DSIG_MORE_2021}ecdsa-sha3-256": hashes.SHA3_256(),
    f"{_DSIG_MORE_2021}ecdsa-sha3-384": hashes.SHA3_384(),
    f"{_DSIG_MORE_2021}ecdsa-sha3-512": hashes.SHA3_512(),
}


class UnknownAlgorithm(Exception):
    """An algorithm that KSeF does not take, or one that does not fit the key."""


def digest(algorithm: str, data: bytes) -> bytes:
    """The digest of `data` by a `DigestMethod` identifier; raises `UnknownAlgorithm`."""
    if algorithm not in _DIGESTS:
        raise UnknownAlgorithm
    hasher = hashes.Hash(_DIGESTS[algorithm])
    hasher.update(data)
    return hasher.finalize()


def signature_holds(
    algorithm: str, key: CertificatePublicKeyTypes, signature: bytes, data: bytes
) -> bool:
    """Whether `signature` by a `SignatureMethod` identifier is of `data` under `key`.

    RSASSA-PSS has a salt as long as its digest (RFC 9231, section 2.3.10). ECDSA values are R‖S,
    each as long as the curve's order; ASN.1 DER does not hold. Raises `UnknownAlgorithm`.
    """
    try:
        if isinstance(key, rsa.RSAPublicKey):
            _verify_rsa(algorithm, key, signature, data)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            _verify_ecdsa(algorithm, key, signature, data)
        else:
            raise UnknownAlgorithm
    except InvalidSignature:
        return False
    except UnsupportedAlgorithm:
        raise UnknownAlgorithm from None
    return True


def _verify_rsa(algorithm: str, key: rsa.RSAPublicKey, signature: bytes, data: bytes) -> None:
    if algorithm in _RSA_PKCS1:
        key.verify(signature, data, padding.PKCS1v15(), _RSA_PKCS1[algorithm])
    elif algorithm in _RSA_PSS:
        hash_algorithm = _RSA_PSS[algorithm]
        pss = padding.PSS(padding.MGF1(hash_algorithm), hash_algorithm.digest_size)
        key.verify(signature, data, pss, hash_algorithm)
    else:
        raise UnknownAlgorithm


def _verify_ecdsa(
    algorithm: str, key: ec.EllipticCurvePublicKey, signature: bytes, data: bytes
) -> None:
    if algorithm not in _ECDSA:
        raise UnknownAlgorithm
    length = (key.curve.key_size + 7) // 8
    if len(signature) != 2 * length:
        raise InvalidSignature
    r, s = int.from_bytes(signature[:length]), int.from_bytes(signature[length:])
    key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_ECDSA[algorithm]))
