"""`python -m tests.fuzz.guided TARGET FOLDER SECONDS`: one target, guided by what inputs reach.

atheris makes inputs of those in FOLDER/TARGET/corpus and keeps there what reaches a branch that
none has reached. Failures go to FOLDER/TARGET/failures; its own, a crash of native code or an
endless loop in it, as well.
"""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path

import atheris
import structlog

# What is imported from here on tells which branches were taken.
with atheris.instrument_imports(include=["bridge", "asn1crypto"], enable_loader_override=False):
    from tests.fuzz.bounds import Bounds
    from tests.fuzz.failures import Failures
    from tests.fuzz.target import Prepared, Target
    from tests.fuzz.targets import TARGETS

_SECONDS_IN_NATIVE_CODE = 60
_MOST_MEGABYTES = 2048
"""Of the whole process, with all inputs that are kept; one input's share is for `Bounds`."""


def main() -> None:
    """Read inputs until the time is over."""
    name, folder, seconds = sys.argv[1], Path(sys.argv[2], sys.argv[1]), int(sys.argv[3])
    target = TARGETS[name]
    _be_silent()
    corpus, failures = folder / "corpus", Failures(name, folder / "failures")
    with target.prepare() as prepared:
        _plant(corpus, prepared)
        bounds = Bounds()
        options = (
            *(str(corpus), f"-dict={_dictionary(folder, target)}"),
            *(f"-max_len={target.most_bytes}", f"-max_total_time={seconds}"),
            *(f"-timeout={_SECONDS_IN_NATIVE_CODE}", f"-rss_limit_mb={_MOST_MEGABYTES}"),
            *(f"-artifact_prefix={failures.folder}/", "-reload=0", "-print_final_stats=1"),
        )
        atheris.Setup(
            [sys.argv[0], *options], lambda data: failures.read(bounds, prepared.read, data)
        )
        # Ends the process.
        atheris.Fuzz()


def _be_silent() -> None:
    """What is logged costs more than what is looked at."""
    logging.disable()
    warnings.simplefilter("ignore")
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def _plant(corpus: Path, prepared: Prepared) -> None:
    """Sound inputs of this process's keys, beside what earlier ones have left."""
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus.parent / "failures").mkdir(exist_ok=True)
    for number, seed in enumerate(prepared.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)


def _dictionary(folder: Path, target: Target) -> Path:
    """The target's words in libFuzzer's form."""
    file = folder / "words"
    file.write_text("\n".join(f'"{_escaped(word)}"' for word in target.words) + "\n")
    return file


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{octet:02x}" for octet in word)


if __name__ == "__main__":
    main()
