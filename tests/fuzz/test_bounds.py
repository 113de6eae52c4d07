"""An input that costs too much, or ends in another's error, is kept; the next one is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.bounds import MOST_BYTES, Bounds, TooLarge, TooSlow
from tests.fuzz.failures import Failures, repeating


def endless(_: bytes) -> None:
    while True:
        try:
            int("1")
        except Exception:  # noqa: BLE001 - as some product might
            return


def slow_in_native_code(_: bytes) -> None:
    hashlib.pbkdf2_hmac("sha512", b"x", b"x" * 8, 2_000_000)


def touched(size: int) -> Callable[[bytes], None]:
    def read(_: bytes) -> None:
        taken = bytearray(size)
        taken[::4096] = b"x" * len(range(0, size, 4096))

    return read


@pytest.mark.parametrize("read", [endless, slow_in_native_code])
def test_what_takes_longer_than_a_second_of_processor_time(read: Callable[[bytes], None]) -> None:
    bounds = Bounds()
    with pytest.raises(TooSlow):
        bounds.read(read, b"")
    bounds.read(len, b"")


def test_what_takes_more_than_200_mb() -> None:
    bounds = Bounds()
    for _ in range(2):
        bounds.read(touched(150 * 1024 * 1024), b"")
        with pytest.raises(TooLarge):
            bounds.read(touched(MOST_BYTES + 30 * 1024 * 1024), b"")
    bounds.read(len, b"")


def test_a_failure_is_kept_once_with_how_to_repeat_it(tmp_path: Path) -> None:
    bounds, failures = Bounds(), Failures("numbers", tmp_path / "failures")
    for data in (b"1", b"one", b"two"):
        failures.read(bounds, int, data)
    (told,) = failures.folder.glob("*.txt")
    kept = told.with_suffix("")
    assert kept.read_bytes() == b"one"
    assert told.read_text().splitlines()[1] == repeating("numbers", kept)
    assert "ValueError" in told.read_text()
