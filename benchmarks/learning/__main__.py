"""What the gate lets through: every figure beside what was the rule before, as a table."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from threadpoolctl import threadpool_limits

from benchmarks.figures.report import Report, give, page
from benchmarks.learning import attacks, gate, promotion, queue, shadow, watch
from benchmarks.serving.machine import this_processor

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "figures" / "learning.md"
_BELOW = "\n".join(
    (ROOT / "benchmarks" / "learning" / name).read_text("utf-8")
    for name in ("new_admin.md", "method.md")
)


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print or write what was found."""
    arguments = _arguments(words)
    started = perf_counter()
    report = Report(range(arguments.seeds))
    with threadpool_limits(1):  # small matrices: more threads only wait for each other
        gate.measure(report)
        attacks.measure(report)
        watch.measure(report)
    asyncio.run(promotion.measure(report))
    queue.measure(report)
    shadow.measure(report)
    found = draw(report, perf_counter() - started)
    give(found, arguments.write)


def draw(report: Report, took_s: float) -> str:
    """Return the whole page."""
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    head = (
        f"Written by `python -m benchmarks.learning` on {now} with seeds 0 to "
        f"{len(report.seeds) - 1} on {this_processor()} in {took_s / 60:.0f} minutes. Beside it "
        "stands what was the rule before: a new model is better that is right more often."
    )
    return page("# What makes a model better", head, report, _BELOW)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=__doc__)
    add = parser.add_argument
    add("--seeds", type=int, default=5)
    add("--write", type=Path, nargs="?", const=PAGE, help="write FILE, or docs/figures/learning.md")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
