"""What is lost, broken or left where things go wrong, as a table."""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.faults import erasing, hostile, inputs, kills, restoring, soak, troubles
from benchmarks.figures.report import Report, give, merged, page
from benchmarks.serving.machine import this_processor

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "figures" / "faults.md"
_LANES = (("kills", "inputs", "hostile", "erase", "restore"), ("troubles",))
"""Side by side, for they wait more than they compute; the soak has its half hour to itself."""
_PARTS = (*(name for lane in _LANES for name in lane), "soak")
_METHOD = (ROOT / "benchmarks" / "faults" / "method.md").read_text("utf-8")


def main(words: Sequence[str] | None = None) -> None:
    """Let it go wrong, and print or write what came of it."""
    arguments = _arguments(words)
    started = perf_counter()
    parts: dict[str, Callable[[Report], None]] = {
        "kills": lambda report: kills.measure(report, arguments.kills),
        "inputs": lambda report: inputs.measure(report, arguments.inputs),
        "hostile": hostile.measure,
        "erase": erasing.measure,
        "restore": restoring.measure,
        "troubles": lambda report: troubles.measure(report, arguments.seconds),
        "soak": lambda report: soak.measure(report, 60 * arguments.minutes),
    }
    report = _measured({name: parts[name] for name in arguments.only or parts})
    head = (
        f"Written by `python -m benchmarks.faults` on {datetime.now(UTC):%Y-%m-%d} on "
        f"{this_processor()} in {(perf_counter() - started) / 60:.0f} minutes."
    )
    found = page("# What is left where things go wrong", head, report, _METHOD)
    give(found, arguments.write)


def _measured(parts: Mapping[str, Callable[[Report], None]]) -> Report:
    """Measure these parts; return what they found, in their order."""
    found = {name: Report(range(1)) for name in parts}

    def measure(names: Iterable[str]) -> None:
        for name in names:
            if name in parts:
                print(f"{name} …", file=sys.stderr, flush=True)
                parts[name](found[name])

    with ThreadPoolExecutor(len(_LANES)) as pool:
        for _ in pool.map(measure, _LANES):
            pass
    measure(("soak",))
    return merged(found.values())


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
