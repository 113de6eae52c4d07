"""Inputs made of others by chance that is the same in each run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

_ODD = (b"\0", b"\xff", b"\x80", b"\x7f", b"0", b"9" * 20, b"-1", b"\xed\xa0\x80", b"\r\n", b"'")
_MOST_CHANGES = 4


def mutations(
    seeds: Sequence[bytes], words: Sequence[bytes], count: int, most_bytes: int
) -> Iterator[bytes]:
    """The seeds, then `count` inputs made of them."""
    yield from seeds
    chance = random.Random(len(seeds))  # noqa: S311 - nothing depends on it
    for _ in range(count):
        data = chance.choice(seeds)
        for _ in range(chance.randint(1, _MOST_CHANGES)):
            data = chance.choice(_CHANGES)(chance, data, seeds, words)
        yield data[:most_bytes]


_Change = Callable[[random.Random, bytes, Sequence[bytes], Sequence[bytes]], bytes]


def _other_bit(chance: random.Random, data: bytes, *_: object) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _other_octet(chance: random.Random, data: bytes, *_: object) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.randbytes(1) + data[at + 1 :]


def _without(chance: random.Random, data: bytes, *_: object) -> bytes:
    at, length = chance.randint(0, len(data)), chance.choice((1, 2, 7, 40, len(data)))
    return data[:at] + data[at + length :]


def _repeated(chance: random.Random, data: bytes, *_: object) -> bytes:
    at, length = chance.randint(0, len(data)), chance.choice((1, 3, 20, 200))
    return data[:at] + data[at : at + length] * chance.choice((2, 3, 50)) + data[at + length :]


def _with_word(
    chance: random.Random, data: bytes, _: Sequence[bytes], words: Sequence[bytes]
) -> bytes:
    at = chance.randint(0, len(data))
    word = chance.choice((*_ODD, *words))
    return data[:at] + word + data[at + chance.choice((0, len(word))) :]


def _spliced(
    chance: random.Random, data: bytes, seeds: Sequence[bytes], _: Sequence[bytes]
) -> bytes:
    other = chance.choice(seeds)
    at = chance.randint(0, len(other))
    return data[: chance.randint(0, len(data))] + other[at:]


_CHANGES: tuple[_Change, ...] = (
    *(_other_bit, _other_octet, _without, _repeated, _with_word),
    _spliced,
)
