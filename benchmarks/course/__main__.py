"""The course's features in Tokki: each command's answer beside what plain code says, as a page."""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from benchmarks.course import afternoon, results
from benchmarks.course.classroom import classroom
from benchmarks.course.page import draw
from benchmarks.course.walking import rows, walk

PAGE = Path(__file__).parents[2] / "docs" / "course.md"


def main(words: Sequence[str] | None = None) -> None:
    """Walk through the course, and print or write what was found."""
    arguments = _arguments(words)
    before = results.read() if arguments.write and arguments.only else results.Results()
    found = asyncio.run(_walked(arguments.only, before))
    page = draw(found)
    if arguments.write:
        results.keep(found)
        PAGE.write_text(page, "utf-8")
    print(page)


async def _walked(only: Sequence[str], before: results.Results) -> results.Results:
    async with classroom() as room:
        shown = await walk(room, [*rows(only)])
        return before.and_now(shown, [] if only else await afternoon.spend(room))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.course", description=__doc__)
    add = parser.add_argument
    add("--only", nargs="+", default=[], help="features that have one of these words")
    add("--write", action="store_true", help="write docs/course.md, and keep what it says")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
