"""The growth benchmark's command line."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.growth.curves import CURVES, measure
from benchmarks.growth.page import PAGE, PICTURE, chart, page
from benchmarks.growth.points import Point
from benchmarks.serving.machine import describe, use_cores


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print or write what was found."""
    arguments = _arguments(words)
    machine = describe(use_cores(2))
    points: list[Point] = []
    for name in arguments.only:
        print(name, file=sys.stderr, flush=True)
        points += measure(name, arguments.quick)
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    curves = [CURVES[name] for name in arguments.only]
    text = page(points, curves, machine, date)
    if arguments.write:
        PICTURE.write_bytes(chart(points, curves))
        PAGE.write_text(text, "utf-8")
    print(text)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    add = parser.add_argument
    add("--only", nargs="+", choices=CURVES, default=list(CURVES))
    add("--quick", action="store_true", help="small sizes: does it run at all?")
    add("--write", action="store_true", help="write docs/figures/growth.md and its picture")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
