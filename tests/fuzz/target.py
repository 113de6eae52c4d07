"""A target: something of the product that reads bytes which somebody else wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

Read = Callable[[bytes], object]
"""Reads an input, catches the errors that are meant for bad input, and raises nothing else."""


@dataclass(frozen=True)
class Prepared:
    """A target ready for inputs; `seeds` are sound ones, in its own form."""

    read: Read
    seeds: Sequence[bytes]


@dataclass(frozen=True)
class Target:
    """`prepare` makes keys, certificates and answers anew in each process.

    `words` are octets that mean something in its inputs. `most_bytes` is how long an input may get.
    """

    name: str
    prepare: Callable[[], AbstractContextManager[Prepared]]
    words: Sequence[bytes] = ()
    most_bytes: int = 8192
