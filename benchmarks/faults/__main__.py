"""What is lost, broken or left where things go wrong, as a table."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.faults import erasing, hostile, inputs, kills, restoring, soak, troubles
from benchmarks.figures.report import Report, give, page
from benchmarks.serving.machine import this_processor

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "figures" / "faults.md"
_PARTS = ("kills", "inputs", "hostile", "erase", "restore", "troubles", "soak")
_METHOD = (ROOT / "benchmarks" / "faults" / "method.md").read_text("utf-8")


def main(words: Sequence[str] | None = None) -> None:
    """Let it go wrong, and print or write what came of it."""
    arguments = _arguments(words)
    started = perf_counter()
    report = Report(range(1))
    parts: dict[str, Callable[[], object]] = {
        "kills": lambda: kills.measure(report, arguments.kills),
        "inputs": lambda: inputs.measure(report, arguments.inputs),
        "hostile": lambda: hostile.measure(report),
        "erase": lambda: erasing.measure(report),
        "restore": lambda: restoring.measure(report),
        "troubles": lambda: troubles.measure(report, arguments.seconds),
        "soak": lambda: soak.measure(report, 60 * arguments.minutes),
    }
    for name in arguments.only or parts:
        print(f"{name} …", file=sys.stderr, flush=True)
        parts[name]()
    head = (
        f"Written by `python -m benchmarks.faults` on {datetime.now(UTC):%Y-%m-%d} on "
        f"{this_processor()} in {(perf_counter() - started) / 60:.0f} minutes."
    )
    found = page("# What is left where things go wrong", head, report, _METHOD)
    give(found, arguments.write)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    add = parser.add_argument
    add("--kills", type=int, default=100)
    add("--inputs", type=int, default=10_000)
    add("--seconds", type=float, default=60, help="of each trouble")
    add("--minutes", type=float, default=30, help="of the soak")
    add("--only", nargs="+", choices=_PARTS, default=[])
    add("--write", type=Path, nargs="?", const=PAGE, help="write FILE, or docs/figures/faults.md")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
