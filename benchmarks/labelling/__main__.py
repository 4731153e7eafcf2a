"""How labels become gold: every figure beside what others reach, as a table."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.figures.report import Report, give, page
from benchmarks.labelling import (
    consensus,
    label_errors,
    labels_saved,
    near_duplicates,
    pressing,
    speed,
    steps,
)
from benchmarks.labelling.data import ROOT, Missing, headlines, rows
from benchmarks.serving.machine import this_processor

PAGE = ROOT / "docs" / "figures" / "labelling.md"
_PARTS = ("method.md", "walk.md")
_METHOD = "\n".join(
    (ROOT / "benchmarks" / "labelling" / part).read_text("utf-8") for part in _PARTS
)


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print or write what was found."""
    arguments = _arguments(words)
    started = perf_counter()
    report = Report(range(arguments.seeds))
    measure(report, arguments.data, arguments.work, arguments.only)
    found = draw(report, perf_counter() - started)
    give(found, arguments.write)


def measure(report: Report, data: Path | None, work: Path | None, only: Sequence[str]) -> None:
    """Whatever the data allow; what is absent is said."""
    known = None

    def with_rows() -> object:
        nonlocal known
        known = known or rows(data, work)
        return known

    parts: dict[str, Callable[[], object]] = {
        "consensus": lambda: consensus.measure_accuracy(report),
        "liars": lambda: consensus.measure_liars(report, with_rows()),  # type: ignore[arg-type]
        "duplicates": lambda: asyncio.run(near_duplicates.measure(report, headlines(data)[0])),
        "errors": lambda: label_errors.measure(report, with_rows()),  # type: ignore[arg-type]
        "saved": lambda: labels_saved.measure(report, with_rows()),  # type: ignore[arg-type]
        "pressing": lambda: asyncio.run(pressing.measure(report)),
        "steps": lambda: asyncio.run(steps.measure(report)),
        "speed": lambda: speed.measure(report),
    }
    for name, part in parts.items():
        if only and name not in only:
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            part()
        except Missing as why:
            report.absent.append(f"{name}: {why}")


def draw(report: Report, took_s: float) -> str:
    """Return the whole page."""
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    head = (
        f"Written by `python -m benchmarks.labelling` on {now} with seeds 0 to "
        f"{len(report.seeds) - 1} on {this_processor()} in {took_s / 60:.0f} minutes; "
        "a figure is the mean over the seeds. "
        "Rivals were measured in the same run, on the same votes and rows."
    )
    return page("# How labels become gold", head, report, _METHOD)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.labelling", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, help="a folder with the public file ynat_dev.csv.gz")
    add("--seeds", type=int, default=5)
    add(
        "--only",
        nargs="+",
        default=[],
        help="consensus liars duplicates errors saved pressing steps speed",
    )
    add(
        "--write", type=Path, nargs="?", const=PAGE, help="write FILE, or docs/figures/labelling.md"
    )
    add("--work", type=Path, help="keep what the body sees in the texts for the next run")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
