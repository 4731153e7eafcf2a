"""Measures everything in one go, and writes the index of it all."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.figures.index import INDEX, index
from benchmarks.figures.runs import RUNS, Run


def main(words: Sequence[str] | None = None) -> int:
    """Measure what is asked for; return the exit code, 1 if something came to nothing."""
    arguments = _arguments(words)
    if arguments.check:
        return _check()
    failed = [] if arguments.index else _measure(arguments.only, arguments.data)
    INDEX.write_text(index(), "utf-8")
    for name in failed:
        print(f"{name} came to nothing; its page is the one of before.", file=sys.stderr)
    return 1 if failed else 0


def _measure(only: Sequence[str], data: Path | None) -> Sequence[str]:
    """Measure one after the other, and beside the last what takes no time of the clock."""
    chosen = [run for run in RUNS if not only or run.module in only]
    timed = [run for run in chosen if run.is_timed]
    others = [run for run in chosen if not run.is_timed]
    failed = [_failed(run, data) for run in timed[:-1]]
    with ThreadPoolExecutor() as pool:
        beside = pool.submit(lambda: [_failed(run, data) for run in others])
        failed += [_failed(run, data) for run in timed[-1:]] + beside.result()
    return [name for name in failed if name]


def _failed(run: Run, data: Path | None) -> str:
    """Measure, where it can be; return what came to nothing, or ""."""
    if lacking := run.lacks(data):
        print(f"{run.module} is left out: it needs {lacking}.", file=sys.stderr)
        return ""
    sys.stderr.write(f"{run.module} …\n")  # at once: two are measured side by side
    try:
        run.measure(data)
    except subprocess.CalledProcessError as error:
        return f"{run.module} ({error.returncode})"
    return ""


def _check() -> int:
    if INDEX.read_text("utf-8") == index():
        return 0
    sys.stderr.write(
        "docs/figures/README.md is out of date: python -m benchmarks.figures --index\n"
    )
    return 1


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures", description=__doc__)
    add = parser.add_argument
    add("--only", nargs="+", choices=[run.module for run in RUNS], default=[], metavar="NAME")
    add("--data", type=Path, help="the folder of the public files; without it some are left out")
    add("--index", action="store_true", help="write the index alone")
    add("--check", action="store_true", help="say whether the index is out of date")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
