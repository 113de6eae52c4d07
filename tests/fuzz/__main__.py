"""`scripts/fuzz`: all targets, or those that are named, and a table of what came of it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.failures import repeating
from tests.fuzz.repeated import OPENAPI, repeat
from tests.fuzz.runs import Run
from tests.fuzz.targets import TARGETS

_NAMES = (*TARGETS, OPENAPI)


def main() -> int:
    """1 when an input was not borne, or a target could not be run."""
    asked = _arguments()
    if asked.repeat is not None:
        target, file = asked.repeat
        return int(repeat(target, Path(file)))
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    at_once = len(os.sched_getaffinity(0))
    names = asked.targets or _NAMES
    seconds = max(1, round(asked.minutes * 60 * min(at_once, len(names)) / len(names)))
    runs = [Run(name, asked.corpus, seconds) for name in names]
    with ThreadPoolExecutor(at_once) as pool:
        for under_way in [pool.submit(run.go, stop.is_set) for run in runs]:
            under_way.result()
    _print_table(runs, _in_all(asked.corpus / "inputs.json", runs))
    return int(any(run.failures or run.is_broken for run in runs))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(_NAMES))
    parser.add_argument("--minutes", type=float, default=60, help="for all together (60)")
    parser.add_argument("--corpus", type=Path, default=_default_folder(), metavar="FOLDER")
    parser.add_argument("--repeat", nargs=2, metavar=("TARGET", "FILE"))
    asked = parser.parse_args()
    if unknown := set(asked.targets).difference(_NAMES):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    return asked


def _default_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "ksef-bridge-fuzz")


def _in_all(file: Path, runs: Sequence[Run]) -> dict[str, int]:
    """Inputs of each target in this and all earlier runs with the folder."""
    read = json.loads(file.read_text()) if file.exists() else {}
    counted = {run.target: read.get(run.target, 0) + run.inputs for run in runs}
    file.write_text(json.dumps(read | counted, indent=2))
    return counted


def _print_table(runs: Sequence[Run], in_all: dict[str, int]) -> None:
    rows = [
        [
            run.target,
            f"{run.inputs:,}",
            f"{in_all[run.target]:,}",
            "–" if run.branches is None else str(run.branches),
            "did not run" if run.is_broken else str(len(run.failures)),
        ]
        for run in runs
    ]
    total = [f"{sum(run.inputs for run in runs):,}", f"{sum(in_all.values()):,}"]
    rows.append(["together", *total, "", str(sum(len(run.failures) for run in runs))])
    _print("| target | inputs | with earlier runs | branches | failures |\n|---|--:|--:|--:|--:|")
    for row in rows:
        _print(f"| {' | '.join(row)} |")
    for run in runs:
        for file in run.failures:
            _print(f"\n{_first_line(file)}\n{repeating(run.target, file)}")
        if run.is_broken:
            _print(f"\n{run.target} did not run: {run.folder / run.target / 'log'}")


def _first_line(file: Path) -> str:
    told = file.with_suffix(".txt")
    return told.read_text().partition("\n")[0] if told.exists() else "the process has ended"


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - that is what it is for


if __name__ == "__main__":
    sys.exit(main())
