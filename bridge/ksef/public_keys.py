"""KSeF's public keys: which one to encrypt with, and the cached list they come from.

The rules are those of klucze-publiczne-do-szyfrowania.md: the right usage, valid now, the latest
`validFrom`; the `publicKeyId` goes with what was encrypted; 21470 means that KSeF no longer takes
the key, so that the list is fetched again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property

import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.ksef.contract import PublicKeyCertificate
from bridge.ksef.errors import NoUsablePublicKey
from bridge.ksef.json_object import JsonObject, json_value
from bridge.ksef.operations import PUBLIC_KEY_CERTIFICATES

_KEY_SIZES = range(2048, 8193)
LONGEST_CACHED = timedelta(hours=24)

log = structlog.get_logger(__name__)


class Usage(StrEnum):
    """`PublicKeyCertificateUsage`."""

    KSEF_TOKEN_ENCRYPTION = "KsefTokenEncryption"  # noqa: S105 - a usage, not a token
    SYMMETRIC_KEY_ENCRYPTION = "SymmetricKeyEncryption"


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A public key with the certificate it came in; `public_key_id` is what KSeF knows it by."""

    public_key: rsa.RSAPublicKey
    public_key_id: str
    valid_from: datetime
    valid_to: datetime
    usage: tuple[str, ...]


def encryption_key(certificate: PublicKeyCertificate) -> EncryptionKey | None:
    """The key of a listed certificate.

    None when it is not RSA of a size that takes a token, or not the key that it claims.
    """
    try:
        der = base64.b64decode(certificate.certificate, validate=True)
        public_key = x509.load_der_x509_certificate(der).public_key()
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm):
        return None
    if not isinstance(public_key, rsa.RSAPublicKey) or public_key.key_size not in _KEY_SIZES:
        return None
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    public_key_id = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    if public_key_id != certificate.public_key_id:
        return None
    return EncryptionKey(
        public_key,
        public_key_id,
        certificate.valid_from,
        certificate.valid_to,
        certificate.usage,
    )


def select(
    keys: Iterable[EncryptionKey], usage: Usage, now: datetime, rejected: str | None = None
) -> EncryptionKey | None:
    """The key to use at `now`, never the one whose id is `rejected`; None when there is none."""
    usable = (
        key
        for key in keys
        if usage in key.usage
        and key.valid_from <= now <= key.valid_to
        and key.public_key_id != rejected
    )
    return max(usable, key=lambda key: key.valid_from, default=None)


@dataclass(frozen=True)
class _List:
    certificates: tuple[PublicKeyCertificate, ...]
    keys: tuple[EncryptionKey, ...]
    fetched_at: datetime

    @cached_property
    def as_json(self) -> str:
        """It is asked for after each login, and once a day there is another list."""
        certificates = [
            {
                "certificate": each.certificate,
                "certificateId": each.certificate_id,
                "publicKeyId": each.public_key_id,
                "validFrom": each.valid_from.isoformat(),
                "validTo": each.valid_to.isoformat(),
                "usage": list(each.usage),
            }
            for each in self.certificates
        ]
        return json.dumps({"fetchedAt": self.fetched_at.isoformat(), "certificates": certificates})


class PublicKeys:
    """One environment's list of public keys, cached for at most 24 hours.

    Threads may share it: one fetches at a time, and those who need the list meanwhile share what
    it brings, be it a failure. `fetch` asks KSeF for the list, `clock` gives the present time in
    UTC.
    """

    def __init__(
        self,
        fetch: Callable[[], Iterable[PublicKeyCertificate]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._list: _List | None = None
        self._under_way: Future[_List] | None = None

    def select(
        self, usage: Usage, now: datetime, *, rejected: EncryptionKey | None = None
    ) -> EncryptionKey:
        """The key for `usage` at `now`; with `rejected`, another one, from a list fetched since.

        Raises NoUsablePublicKey; KsefError when the list is needed and cannot be fetched.
        """
        listed = self._renewed(lambda each: self._is_fresh(each) and rejected not in each.keys)
        rejected_id = rejected.public_key_id if rejected is not None else None
        key = select(listed.keys, usage, now, rejected_id)
        if key is None and rejected is None:
            # Another thread may have fetched a later list meanwhile.
            key = select(self._renewed(lambda each: each is not listed).keys, usage, now)
        if key is None:
            raise NoUsablePublicKey(PUBLIC_KEY_CERTIFICATES, usage)
        return key

    def refresh(self) -> None:
        """Fetch the list now, whatever its age. Raises KsefError."""
        self._renewed(lambda _: False)

    def export_json(self) -> str | None:
        """The list as JSON for `import_json` in another process; None when there is none yet."""
        listed = self._list
        return None if listed is None else listed.as_json

    def import_json(self, exported: str) -> bool:
        """Start from an exported list, at the age it has; False when it cannot be read."""
        try:
            stored = JsonObject.of(json_value(exported.encode()))
            fetched_at = stored.moment("fetchedAt")
            certificates = tuple(
                PublicKeyCertificate.from_json(each) for each in stored.objects("certificates")
            )
        except ValueError:
            return False
        with self._lock:
            self._list = _listed(certificates, fetched_at)
        return True

    def _renewed(self, fits: Callable[[_List], bool]) -> _List:
        """The list if it fits, else one that was asked for since."""
        listed, is_asked_since = self._list_or_fetched(fits)
        # What another thread was fetching already may be older than the need for it.
        return listed if is_asked_since or fits(listed) else self._list_or_fetched(fits)[0]

    def _list_or_fetched(self, fits: Callable[[_List], bool]) -> tuple[_List, bool]:
        """The list; False with one that another thread had asked for before this call."""
        with self._lock:
            if self._list is not None and fits(self._list):
                return self._list, True
            under_way = self._under_way
            mine = self._under_way = under_way or Future()
        if under_way is not None:
            return under_way.result(), False
        try:
            listed = _listed(tuple(self._fetch()), self._clock())
        except BaseException as error:
            with self._lock:
                self._under_way = None
            mine.set_exception(error)
            raise
        with self._lock:
            self._list, self._under_way = listed, None
        mine.set_result(listed)
        return listed, True

    def _is_fresh(self, listed: _List) -> bool:
        # A list from the future was stored under a clock that was wrong then or is wrong now.
        return timedelta(0) <= self._clock() - listed.fetched_at < LONGEST_CACHED


def _listed(certificates: tuple[PublicKeyCertificate, ...], fetched_at: datetime) -> _List:
    keys = []
    for certificate in certificates:
        key = encryption_key(certificate)
        if key is None:
            log.warning("ksef-public-key-unusable", certificate_id=certificate.certificate_id)
        else:
            keys.append(key)
    return _List(certificates, tuple(keys), fetched_at)
