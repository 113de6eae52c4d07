"""Which public key is used, and when the list is fetched: the cases of KSeF's document and more."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bridge.ksef.contract import PublicKeyCertificate
from bridge.ksef.errors import KsefUnavailable, NoUsablePublicKey, Operation
from bridge.ksef.public_keys import PublicKeys, Usage, encryption_key, select
from tests.ksef.certificates import NOW, ec_key, key_id, listed_key, rsa_key

DAY = timedelta(days=1)
TOKENS = Usage.KSEF_TOKEN_ENCRYPTION


@pytest.fixture(scope="module")
def first() -> rsa.RSAPrivateKey:
    return rsa_key()


@pytest.fixture(scope="module")
def second() -> rsa.RSAPrivateKey:
    return rsa_key()


class Ksef:
    """KSeF's list as it stands, the calls it has seen, and the time."""

    def __init__(self, *certificates: PublicKeyCertificate) -> None:
        self.certificates = certificates
        self.now = NOW
        self.calls = 0
        self.is_down = False

    def fetch(self) -> tuple[PublicKeyCertificate, ...]:
        self.calls += 1
        if self.is_down:
            raise KsefUnavailable(Operation("GET", "/security/public-key-certificates"), 503, None)
        return self.certificates

    def clock(self) -> datetime:
        return self.now

    def public_keys(self) -> PublicKeys:
        return PublicKeys(self.fetch, self.clock)


def used(keys: PublicKeys, now: datetime = NOW) -> str:
    return keys.select(TOKENS, now).public_key_id


def test_re_certification(first: rsa.RSAPrivateKey) -> None:
    """The same key in two certificates: one id, the later certificate."""
    older = listed_key(first)
    newer = listed_key(first, valid_from=NOW - DAY, valid_to=NOW + 700 * DAY)
    chosen = Ksef(newer, older).public_keys().select(TOKENS, NOW)
    assert chosen.public_key_id == key_id(first)
    assert chosen.valid_from == newer.valid_from


@pytest.mark.parametrize("reverse", [False, True])
def test_planned_rotation(
    first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey, reverse: bool
) -> None:
    """Both keys are valid: the one with the latest validFrom, wherever it stands in the list."""
    both = [listed_key(first), listed_key(second, valid_from=NOW - DAY)]
    ksef = Ksef(*(reversed(both) if reverse else both))
    assert used(ksef.public_keys()) == key_id(second)


def test_a_key_dated_in_the_future(first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey) -> None:
    """It waits for its day, then is used without another fetch."""
    start = NOW + timedelta(hours=5)
    ksef = Ksef(listed_key(second, valid_from=start), listed_key(first))
    keys = ksef.public_keys()
    assert used(keys) == key_id(first)
    assert used(keys, start - timedelta(seconds=1)) == key_id(first)
    assert used(keys, start) == key_id(second)
    assert ksef.calls == 1


def test_after_the_transition(first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey) -> None:
    """The old key has ended within the cached list's life: the list is fetched for the new one."""
    ksef = Ksef(listed_key(first, valid_to=NOW + timedelta(hours=1)))
    keys = ksef.public_keys()
    assert used(keys) == key_id(first)
    ksef.certificates = (listed_key(second),)
    assert used(keys, NOW + timedelta(hours=2)) == key_id(second)
    assert ksef.calls == 2


def test_emergency_rotation(first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey) -> None:
    """KSeF answered 21470: the list is fetched once, and nothing is left of the old key."""
    ksef = Ksef(listed_key(first))
    keys = ksef.public_keys()
    rejected = keys.select(TOKENS, NOW)
    ksef.certificates = (listed_key(second),)
    assert keys.select(TOKENS, NOW, rejected=rejected).public_key_id == key_id(second)
    assert used(keys) == key_id(second)
    assert ksef.calls == 2
    # A second thread that was refused the same key finds the list already renewed.
    assert keys.select(TOKENS, NOW, rejected=rejected).public_key_id == key_id(second)
    assert ksef.calls == 2


def test_a_rejected_key_is_not_offered_again(
    first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey
) -> None:
    """A node that does not know the new key yet still takes the old one."""
    ksef = Ksef(listed_key(first), listed_key(second, valid_from=NOW - DAY))
    keys = ksef.public_keys()
    rejected = keys.select(TOKENS, NOW)
    assert keys.select(TOKENS, NOW, rejected=rejected).public_key_id == key_id(first)
    ksef.certificates = (listed_key(second, valid_from=NOW - DAY),)
    with pytest.raises(NoUsablePublicKey):
        keys.select(TOKENS, NOW, rejected=rejected)


def test_forced_refresh(first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey) -> None:
    ksef = Ksef(listed_key(first))
    keys = ksef.public_keys()
    assert used(keys) == key_id(first)
    ksef.certificates = (listed_key(second),)
    assert used(keys) == key_id(first)
    keys.refresh()
    assert used(keys) == key_id(second)
    assert ksef.calls == 2


def test_warm_start(first: rsa.RSAPrivateKey) -> None:
    """Another process starts from the stored list and needs no call until it is a day old."""
    ksef = Ksef(listed_key(first))
    cold = ksef.public_keys()
    assert cold.export_json() is None
    used(cold)
    exported = cold.export_json()
    assert exported is not None
    warm = ksef.public_keys()
    assert warm.import_json(exported)
    assert used(warm) == key_id(first)
    assert ksef.calls == 1
    assert warm.export_json() == exported
    ksef.now += timedelta(hours=24)
    used(warm)
    assert ksef.calls == 2


@pytest.mark.parametrize(
    "stored", ["", "null", "[]", "{}", '{"fetchedAt": "x", "certificates": []}', "[" * 100_000]
)
def test_a_damaged_store_costs_one_fetch(first: rsa.RSAPrivateKey, stored: str) -> None:
    ksef = Ksef(listed_key(first))
    keys = ksef.public_keys()
    assert not keys.import_json(stored)
    assert used(keys) == key_id(first)


def test_a_stored_key_that_is_not_what_it_claims_is_not_used(
    first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey
) -> None:
    ksef = Ksef(listed_key(first))
    keys = ksef.public_keys()
    used(keys)
    stored = json.loads(keys.export_json() or "")
    stored["certificates"][0]["certificate"] = listed_key(second).certificate
    warm = ksef.public_keys()
    assert warm.import_json(json.dumps(stored))
    assert used(warm) == key_id(first)
    assert ksef.calls == 2


@pytest.mark.parametrize(
    ("age", "calls"),
    [
        (timedelta(0), 1),
        (timedelta(hours=23, minutes=59), 1),
        (timedelta(hours=24), 2),
        (timedelta(seconds=-1), 2),
    ],
)
def test_the_list_lives_a_day(first: rsa.RSAPrivateKey, age: timedelta, calls: int) -> None:
    ksef = Ksef(listed_key(first))
    keys = ksef.public_keys()
    used(keys)
    ksef.now += age
    used(keys)
    assert ksef.calls == calls


@pytest.mark.parametrize(
    "change",
    [
        {"usage": ("SymmetricKeyEncryption",)},
        {"usage": ()},
        {"valid_from": NOW + DAY},
        {"valid_to": NOW - DAY},
        {"public_key_id": base64.b64encode(bytes(32)).decode()},
        {"certificate": "not base64"},
        {"certificate": base64.b64encode(b"not a certificate").decode()},
    ],
)
def test_unusable_entries(first: rsa.RSAPrivateKey, change: dict[str, object]) -> None:
    ksef = Ksef(replace(listed_key(first), **change))  # type: ignore[arg-type]
    with pytest.raises(NoUsablePublicKey):
        ksef.public_keys().select(TOKENS, NOW)


def test_an_elliptic_key_cannot_encrypt_a_token() -> None:
    assert encryption_key(listed_key(ec_key(ec.SECP256R1()))) is None


def test_one_unusable_entry_does_not_spoil_the_others(first: rsa.RSAPrivateKey) -> None:
    bad = replace(listed_key(first), certificate="???", valid_from=NOW)
    assert used(Ksef(bad, listed_key(first)).public_keys()) == key_id(first)


def test_selection_is_pure(first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey) -> None:
    keys = [
        key
        for key in map(encryption_key, (listed_key(first), listed_key(second, valid_from=NOW)))
        if key is not None
    ]
    assert select(keys, TOKENS, NOW) is keys[1]
    assert select(keys, TOKENS, NOW, rejected=key_id(second)) is keys[0]
    assert select(keys, Usage.SYMMETRIC_KEY_ENCRYPTION, NOW) is None
    assert select([], TOKENS, NOW) is None


def test_a_failed_fetch_is_told_and_tried_again(first: rsa.RSAPrivateKey) -> None:
    ksef = Ksef(listed_key(first))
    ksef.is_down = True
    keys = ksef.public_keys()
    with pytest.raises(KsefUnavailable):
        used(keys)
    ksef.is_down = False
    assert used(keys) == key_id(first)


def in_threads(number: int, ask: Callable[[], object]) -> None:
    threads = [threading.Thread(target=ask) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_those_who_wait_share_one_failure_and_later_ones_do_not(first: rsa.RSAPrivateKey) -> None:
    ksef = Ksef(listed_key(first))
    ksef.is_down = True
    together = threading.Barrier(8)

    def slowly() -> tuple[PublicKeyCertificate, ...]:
        time.sleep(0.3)
        return ksef.fetch()

    keys = PublicKeys(slowly, ksef.clock)
    failed: list[str] = []

    def ask() -> None:
        together.wait()
        with pytest.raises(KsefUnavailable) as caught:
            used(keys)
        failed.append(str(caught.value))

    in_threads(8, ask)
    assert len(failed) == 8
    assert ksef.calls == 1
    ksef.is_down = False
    assert used(keys) == key_id(first)
    assert ksef.calls == 2


def test_a_list_asked_for_before_the_key_was_refused_is_not_enough(
    first: rsa.RSAPrivateKey, second: rsa.RSAPrivateKey
) -> None:
    """Another thread's call brings the old list, the next one brings the new list to both."""
    ksef = Ksef(listed_key(first))
    keys = ksef.public_keys()
    rejected = keys.select(TOKENS, NOW)
    under_way, may_end = threading.Event(), threading.Event()

    def fetch() -> tuple[PublicKeyCertificate, ...]:
        listed = ksef.fetch()
        if ksef.calls == 2:
            under_way.set()
            may_end.wait(5)
        return listed

    keys._fetch = fetch
    refreshing = threading.Thread(target=keys.refresh)
    refreshing.start()
    assert under_way.wait(5)
    ksef.certificates = (listed_key(second),)
    chosen: list[str] = []

    def ask() -> None:
        chosen.append(keys.select(TOKENS, NOW, rejected=rejected).public_key_id)

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    time.sleep(0.1)
    assert chosen == []
    may_end.set()
    for thread in (refreshing, *asking):
        thread.join()
    assert chosen == [key_id(second)] * 4
    assert ksef.calls == 3


def test_one_thread_fetches_for_all(first: rsa.RSAPrivateKey) -> None:
    ksef = Ksef(listed_key(first))
    together = threading.Barrier(8)

    def slowly() -> tuple[PublicKeyCertificate, ...]:
        time.sleep(0.1)
        return ksef.fetch()

    keys = PublicKeys(slowly, ksef.clock)
    chosen: list[str] = []

    def ask() -> None:
        together.wait()
        chosen.append(used(keys))

    in_threads(8, ask)
    assert chosen == [key_id(first)] * 8
    assert ksef.calls == 1
