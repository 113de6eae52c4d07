"""Rows of EspoCRM's two tables, up to the credential that is opened or the link that is signed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import delete, insert
from sqlalchemy.engine import make_url

from bridge.credentials.environment import Environment
from bridge.credentials.private_key import PrivateKey, unencrypted_pkcs8
from bridge.credentials.secret import Secret
from bridge.credentials.upload import public_key_sha256
from bridge.database import connect
from bridge.espocrm.errors import EspoCrmError
from bridge.espocrm.profiles import Company, Profiles
from bridge.espocrm.tables import ksef_certificate, ksef_profile, metadata
from bridge.keys.master_keys import KeyRing, MasterKey
from bridge.offline.errors import InvoiceRefused, ProfileUnfit
from bridge.offline.invoice_description import InvoiceDescription
from bridge.offline.verification_links import VerificationLinks
from bridge.seal_bindings import private_key_binding, token_binding
from bridge.sessions.credential import credential_of
from bridge.sessions.errors import ProfileUnusable
from bridge.vault import Purpose, SealError, Vault
from tests.credentials.certificates import (
    CONTENT_COMMITMENT,
    DIGITAL_SIGNATURE,
    Description,
)
from tests.fuzz.target import Prepared, Target
from tests.fuzz.told import assert_told

_ID = "6740a1b2c3d4e5f60"
_OF_PROFILE = ("status", "nip", "internal_id", "environment", "authorization_type", "token_sealed")
_OF_CERTIFICATE = ("status", "type", "kind", "fingerprint", "private_key_sealed")
_LINKS = {"id": _ID, "authorization_certificate_id": _ID, "offline_certificate_id": _ID}
_BETWEEN = b"\0"
_INVOICE = InvoiceDescription(sha256="ab" * 32, issue_date="2026-02-01", seller_nip="5265877635")
# Known to all, and the same in each process: seals of an earlier run open in the next.
KEY_RING = KeyRing([MasterKey("0f022000", Secret(bytes(32)), datetime.fromtimestamp(0, UTC))])


@contextmanager
def _prepare() -> Iterator[Prepared]:
    vault = Vault(KEY_RING)
    engine = connect(make_url("sqlite://"))
    metadata.create_all(engine)
    profiles = Profiles(engine)
    links = VerificationLinks(profiles, vault)

    def read(data: bytes) -> None:
        """Values of a profile's row, then of its certificate's, parted by zeros; '' is NULL.

        The last is the certificate in DER, or something else.
        """
        *values, last = data.split(_BETWEEN, len(_OF_PROFILE + _OF_CERTIFICATE))
        texts = [each.decode("utf-8", "replace") or None for each in values]
        profile = dict(zip(_OF_PROFILE, texts, strict=False))
        certificate = dict(zip(_OF_CERTIFICATE, texts[len(_OF_PROFILE) :], strict=False))
        profile["internal_id"] = profile.get("internal_id") or ""
        certificate["certificate_pem"] = _pem_of(last)
        with engine.begin() as connection:
            connection.execute(delete(ksef_profile))
            connection.execute(delete(ksef_certificate))
            connection.execute(insert(ksef_profile).values(_LINKS | profile))
            connection.execute(insert(ksef_certificate).values({"id": _ID} | certificate))
        _log_in(profiles, vault)
        _sign(links)

    yield Prepared(read, _seeds(vault))


def _pem_of(octets: bytes) -> str:
    if not octets.startswith(b"\x30"):
        return octets.decode("utf-8", "replace")
    body = base64.encodebytes(octets).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"


def _log_in(profiles: Profiles, vault: Vault) -> None:
    try:
        credential = credential_of(profiles.get(_ID))
        credential.signer()
        credential.open(vault)
    except EspoCrmError:
        return
    except ProfileUnusable as unusable:
        assert_told(unusable.code, unusable.params)


def _sign(links: VerificationLinks) -> None:
    try:
        made = links.of(_ID, _INVOICE, ksef_number=None, offline=True)
    except EspoCrmError:
        return
    except (InvoiceRefused, ProfileUnfit) as refused:
        assert_told(refused.code, refused.params)
    except SealError as error:
        assert_told("seal-unusable", {"reason": error.code})
    else:
        assert made.kod2 is not None
        assert made.kod2.url.isascii()


def _seeds(vault: Vault) -> list[bytes]:
    company = Company(_ID, "Active", "5265877635", "", Environment.TEST)
    token = vault.seal(
        Secret("token"), Purpose.KSEF_TOKEN, token_binding(Environment.TEST, company.context)
    )
    by_token = (b"Test", b"Token", token.encode())
    rows = [[b"Active", b"5265877635", unit, *by_token] for unit in (b"", b"5265877635-12346")]
    keys: tuple[PrivateKey, ...] = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 2048),
    )
    by_certificate = [b"Active", b"5265877635", b"", b"Test", b"Certificate", b""]
    rows += [
        [*by_certificate, *_certificate(vault, key, type_, usage)]
        for key in keys
        for type_, usage in (("Authentication", DIGITAL_SIGNATURE), ("Offline", CONTENT_COMMITMENT))
    ]
    return [_BETWEEN.join(row) for row in rows]


def _certificate(vault: Vault, key: PrivateKey, type_: str, usage: tuple[str, ...]) -> list[bytes]:
    now = datetime.now(UTC)
    issued = Description(
        key_usage=usage, valid_from=now - timedelta(1), valid_to=now + timedelta(700)
    ).issue(key.public_key())
    binding = private_key_binding(public_key_sha256(key.public_key()))
    sealed = vault.seal(unencrypted_pkcs8(key), Purpose.PRIVATE_KEY, binding)
    texts = ("Active", type_, "Ksef", "ab" * 32, sealed)
    return [*(each.encode() for each in texts), issued.public_bytes(Encoding.DER)]


TARGET = Target(
    "espocrm-rows",
    _prepare,
    (
        *(b"\0", b"Active", b"Inactive", b"Requested", b"Test", b"Demo", b"Production", b"Token"),
        *(b"Certificate", b"Offline", b"Authentication", b"Ksef", b"Qualified", b"SelfSigned"),
        *(b"ksef1.", b"-----BEGIN CERTIFICATE-----\n", b"."),
    ),
)
