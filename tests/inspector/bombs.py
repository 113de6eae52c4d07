"""Files that are small and cost whoever opens them minutes, gigabytes or his stack."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import asn1crypto.x509
from asn1crypto import algos, cms, core, keys, pkcs12
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.secret_register import register_secret

PASSWORD = register_secret(secrets.token_hex(12))
ABSURD = 2_000_000_000


def pbes2(rounds: int, salt: bytes, vector: bytes) -> algos.EncryptionAlgorithm:
    return algos.EncryptionAlgorithm(
        {
            "algorithm": "pbes2",
            "parameters": {
                "key_derivation_func": {
                    "algorithm": "pbkdf2",
                    "parameters": {
                        "salt": algos.Pbkdf2Salt("specified", core.OctetString(salt)),
                        "iteration_count": rounds,
                        "prf": {"algorithm": "sha256"},
                    },
                },
                "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": vector},
            },
        }
    )


def encrypted(plaintext: bytes, rounds: int = 1) -> tuple[algos.EncryptionAlgorithm, bytes]:
    """Algorithm and ciphertext of `plaintext` under PASSWORD."""
    salt, vector = os.urandom(8), os.urandom(16)
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, rounds).derive(PASSWORD.encode())
    padder, encryptor = PKCS7(128).padder(), Cipher(AES(key), modes.CBC(vector)).encryptor()
    padded = padder.update(plaintext) + padder.finalize()
    return pbes2(rounds, salt, vector), encryptor.update(padded) + encryptor.finalize()


def encrypted_key(algorithm: algos.EncryptionAlgorithm) -> bytes:
    """EncryptedPrivateKeyInfo with nothing sensible in it."""
    info = {"encryption_algorithm": algorithm, "encrypted_data": os.urandom(160)}
    return bytes(keys.EncryptedPrivateKeyInfo(info).dump())


def pfx(content_info: cms.ContentInfo, mac: pkcs12.MacData | None = None) -> bytes:
    safe = pkcs12.AuthenticatedSafe([content_info]).dump()
    outer = cms.ContentInfo({"content_type": "data", "content": core.OctetString(safe)})
    fields = {"version": "v3", "auth_safe": outer}
    return bytes(pkcs12.Pfx(fields | ({"mac_data": mac} if mac else {})).dump())


def rounds_in_the_encrypted_part() -> bytes:
    """Nothing outside says how often PBKDF2 is to be repeated for the key inside."""
    key = encrypted_key(pbes2(ABSURD, os.urandom(8), os.urandom(16)))
    bag = {
        "bag_id": "pkcs8_shrouded_key_bag",
        "bag_value": keys.EncryptedPrivateKeyInfo.load(key),
    }
    algorithm, ciphertext = encrypted(pkcs12.SafeContents([bag]).dump())
    data = cms.EncryptedData(
        {
            "version": "v0",
            "encrypted_content_info": {
                "content_type": "data",
                "content_encryption_algorithm": algorithm,
                "encrypted_content": ciphertext,
            },
        }
    )
    return pfx(cms.ContentInfo({"content_type": "encrypted_data", "content": data}))


def rounds_of_pbes2() -> bytes:
    return encrypted_key(pbes2(ABSURD, os.urandom(8), os.urandom(16)))


def rounds_of_many_keys() -> bytes:
    """Each asks for no more than is allowed."""
    costly = [encrypted_key(pbes2(1_000_000, os.urandom(8), os.urandom(16))) for _ in range(20)]
    pem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n{}\n-----END ENCRYPTED PRIVATE KEY-----\n"
    return "".join(pem.format(base64.b64encode(key).decode()) for key in costly).encode()


def rounds_of_pbes1() -> bytes:
    parameters = algos.Pbes1Params({"salt": os.urandom(8), "iterations": ABSURD})
    return encrypted_key(
        algos.EncryptionAlgorithm({"algorithm": "pbes1_sha1_des", "parameters": parameters})
    )


def rounds_of_pkcs12() -> bytes:
    parameters = algos.Pbes1Params({"salt": os.urandom(8), "iterations": ABSURD})
    name = "pkcs12_sha1_tripledes_3key"
    return encrypted_key(algos.EncryptionAlgorithm({"algorithm": name, "parameters": parameters}))


def rounds_of_the_mac() -> bytes:
    mac = pkcs12.MacData(
        {
            "mac": {"digest_algorithm": {"algorithm": "sha256"}, "digest": os.urandom(32)},
            "mac_salt": os.urandom(8),
            "iterations": ABSURD,
        }
    )
    empty = core.OctetString(pkcs12.SafeContents([]).dump())
    return pfx(cms.ContentInfo({"content_type": "data", "content": empty}), mac)


def scrypt(cost: int, block_size: int, parallelization: int) -> bytes:
    def integer(value: int) -> bytes:
        return bytes(core.Integer(value).dump())

    def sequence(*elements: bytes) -> bytes:
        return tlv(0x30, b"".join(elements))

    def identifier(dotted: str) -> bytes:
        return bytes(core.ObjectIdentifier(dotted).dump())

    numbers = map(integer, (cost, block_size, parallelization))
    function = sequence(
        identifier("1.3.6.1.4.1.11591.4.11"), sequence(tlv(0x04, os.urandom(8)), *numbers)
    )
    cipher = sequence(identifier("2.16.840.1.101.3.4.1.42"), tlv(0x04, os.urandom(16)))
    algorithm = sequence(identifier("1.2.840.113549.1.5.13"), sequence(function, cipher))
    return sequence(algorithm, tlv(0x04, os.urandom(160)))


def scrypt_memory() -> bytes:
    """Sixteen gigabytes."""
    return scrypt(2**24, 8, 1)


def scrypt_time() -> bytes:
    return scrypt(2**14, 8, 2**15)


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def nested(tag: int, depth: int) -> bytes:
    encoded = b""
    for _ in range(depth):
        encoded = tlv(tag, encoded)
    return encoded


def nested_octet_strings() -> bytes:
    """A PFX whose content is cut into pieces that are cut into pieces, and so on."""
    content = nested(0x24, 5_000)
    data = core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()
    return tlv(0x30, b"\x02\x01\x03" + tlv(0x30, data + tlv(0xA0, content)))


def nested_sequences() -> bytes:
    return nested(0x30, 50_000)


def nested_without_lengths() -> bytes:
    return b"\x30\x80" * 100_000


def nested_encrypted_key() -> bytes:
    return tlv(0x30, nested(0x30, 20_000) + tlv(0x04, bytes(16)))


def certificate(key: ec.EllipticCurvePrivateKey, builder: x509.CertificateBuilder) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    now = datetime.now(UTC)
    builder = builder.subject_name(name).issuer_name(name).serial_number(1)
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=9))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def certificate_of_many_extensions() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    extensions: list[x509.Extension[x509.ExtensionType]] = [
        x509.Extension(x509.ObjectIdentifier(f"1.2.3.{number}"), False, unrecognized(number))
        for number in range(20_000)
    ]
    builder = x509.CertificateBuilder(public_key=key.public_key(), extensions=extensions)
    return certificate(key, builder)


def unrecognized(number: int) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.3.{number}"), b"\x05\0")


def certificate_of_an_absurd_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    sound = certificate(key, x509.CertificateBuilder(public_key=key.public_key()))
    modulus = secrets.randbits(400_000) | 1 << 399_999 | 1
    made = asn1crypto.x509.Certificate.load(sound)
    made["tbs_certificate"]["subject_public_key_info"] = keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "rsa"},
            "public_key": keys.RSAPublicKey({"modulus": modulus, "public_exponent": 65537}),
        }
    )
    return bytes(made.dump(force=True))


def many_parts() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    content = certificate(key, x509.CertificateBuilder(public_key=key.public_key()))
    pem = x509.load_der_x509_certificate(content).public_bytes(Encoding.PEM)
    return pem * 1_000


def many_beginnings() -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" * 20_000


COSTLY: tuple[Callable[[], bytes], ...] = (
    rounds_in_the_encrypted_part,
    rounds_of_pbes2,
    rounds_of_many_keys,
    rounds_of_pbes1,
    rounds_of_pkcs12,
    rounds_of_the_mac,
    scrypt_memory,
    scrypt_time,
)
"""What would cost minutes or gigabytes."""

STRANGE: tuple[Callable[[], bytes], ...] = (
    nested_octet_strings,
    nested_sequences,
    nested_without_lengths,
    nested_encrypted_key,
    certificate_of_many_extensions,
    certificate_of_an_absurd_key,
    many_parts,
    many_beginnings,
)
"""What would exhaust a stack, or be read again and again."""
