"""How long a fresh process takes to answer, beside one that only imports what tutorials import.

Run `python -m benchmarks.startup`; the runs are interleaved, so that other load falls on all alike.
Each start is in a data folder of its own that nobody has used.
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
STARTS = {
    BASELINE: "",
    "tokki chat -c /help": "/help",
    "tokki chat -c '/tokenize …' (first answer)": "/tokenize hello",
    "tokki chat -c '/classify …' (first answer)": "/classify I love this",
}


class Taken(NamedTuple):
    """Seconds that one start took: by the clock, and of the processors."""

    clock: float
    processor: float


def main() -> None:
    """Time each start in turn, and print the medians, and their ratios to the baseline."""
    taken: dict[str, list[Taken]] = {name: [] for name in STARTS}
    for _ in range(ROUNDS):
        for name, command in STARTS.items():
            taken[name].append(_started(command))
    medians = {name: _median(runs) for name, runs in taken.items()}
    for name, (clock, processor) in medians.items():
        ratio = clock / medians[BASELINE].clock
        print(f"{name:45} {clock:6.2f} s   processor {processor:6.2f} s   ratio {ratio:.2f}")


def _median(runs: Sequence[Taken]) -> Taken:
    clock, processor = (statistics.median(each) for each in zip(*runs, strict=True))
    return Taken(clock, processor)


def _started(command: str) -> Taken:
    with tempfile.TemporaryDirectory() as data:
        chat = (sys.executable, "-m", "bot", "chat", "--json", "--data", data, "-c", command)
        run = chat if command else (sys.executable, "-c", BASELINE)
        before, started = os.times(), time.perf_counter()
        subprocess.run(run, check=True, capture_output=True)
        clock, after = time.perf_counter() - started, os.times()
    user, system = after.children_user, after.children_system
    return Taken(clock, user + system - before.children_user - before.children_system)


if __name__ == "__main__":
    main()
