"""How long a fresh process takes to answer, beside one that only imports what tutorials import.

Run `python -m benchmarks.startup [rounds]`; the runs are interleaved, so that other load falls on
all alike. A first start is in a data folder that nobody has used, a second in one that has been.
All modules are there as bytecode, as in whatever is installed: PYTHONDONTWRITEBYTECODE is left out.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import NamedTuple

ROUNDS = 5
BASELINE = "import torch, transformers"
IMPORT = (sys.executable, "-c", BASELINE)
TOKKI = (sys.executable, "-m", "bot")
ENVIRONMENT = {name: os.environ[name] for name in set(os.environ) - {"PYTHONDONTWRITEBYTECODE"}}
COMMANDS = ("/models", "/tokenize hello", "/modelinfo", "/classify I love this")


class Taken(NamedTuple):
    """Seconds that one start took: by the clock, and of the processors."""

    clock: float
    processor: float


def main() -> None:
    """Time each start in turn, and print the medians, and their ratios to the baseline."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    taken: dict[str, list[Taken]] = {}
    with tempfile.TemporaryDirectory() as data:  # what no Tokki has imported yet is compiled
        for command in COMMANDS:
            _started((*TOKKI, "chat", "--data", data, "-c", command))
    for _ in range(rounds):
        _note(taken, BASELINE, IMPORT)
        _note(taken, "tokki --help", (*TOKKI, "--help"))
        for command in COMMANDS:
            with tempfile.TemporaryDirectory() as data:
                chat = (*TOKKI, "chat", "--json", "--data", data, "-c", command)
                for time_ in ("first", "second"):
                    _note(taken, f"tokki chat -c '{command}', {time_} time", chat)
    medians = {name: _median(runs) for name, runs in taken.items()}
    base = medians[BASELINE]
    for name, (clock, processor) in medians.items():
        print(
            f"{name:50} {clock:6.2f} s ({clock / base.clock:.2f})"
            f"   processor {processor:6.2f} s ({processor / base.processor:.2f})"
        )


def _note(taken: dict[str, list[Taken]], name: str, run: Sequence[str]) -> None:
    taken.setdefault(name, []).append(_started(run))


def _median(runs: Sequence[Taken]) -> Taken:
    clock, processor = (statistics.median(each) for each in zip(*runs, strict=True))
    return Taken(clock, processor)


def _started(run: Sequence[str]) -> Taken:
    before, started = os.times(), time.perf_counter()
    subprocess.run(run, check=True, capture_output=True, env=ENVIRONMENT)
    clock, after = time.perf_counter() - started, os.times()
    user, system = after.children_user, after.children_system
    return Taken(clock, user + system - before.children_user - before.children_system)


if __name__ == "__main__":
    main()
