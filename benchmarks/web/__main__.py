"""Measures the pages: `python -m benchmarks.web [--write PAGE]`, with the extra `browser`."""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.labelling.figures import give
from benchmarks.serving.machine import describe, use_cores
from benchmarks.web.crowd import PEOPLE, Waits, waits
from benchmarks.web.labelling import labelling
from benchmarks.web.paint import Cost, costs
from docs.pictures.pages import town
from tests.browser.person import chromium

_METHOD = """\
Server, browser and crowd share the machine and the loopback, so all of them wait for each other.
Each page is loaded by a Chromium that has kept nothing (`first`), and once more (`again`);
bytes are those of the network, headers included. The crowd's people each have a session of their
own, and look at each answer for one to three seconds before they ask for the next. Those who label
come from a loopback Discord, press about once a second, and load a plain page of aiohttp right
behind each press; that their votes are on the disk is seen to.
"""


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print or write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=PEOPLE)
    arguments = parser.parse_args(words)
    machine = describe(use_cores(2))
    found, waited, press_ms = asyncio.run(_measured(arguments.rounds, arguments.people))
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    head = (
        f"Written by `python -m benchmarks.web` on {date} on {machine['processor']}, "
        f"{machine['cores_used']} cores, load {machine['load_at_the_start']} at the start."
    )
    lines = ["# How heavy the pages are", "", head, "", _METHOD, *_page(found, waited)]
    lines += ["", f"A press of the queue takes {press_ms:.0f} ms of Tokki's processor."]
    give("\n".join(lines) + "\n", arguments.write)


async def _measured(rounds: int, people: int) -> tuple[Sequence[Cost], Sequence[Waits], float]:
    async with town() as tokki:
        async with chromium() as browser:
            found = await costs(tokki, browser, rounds)
        read = await waits(tokki, people)
    with tempfile.TemporaryDirectory() as folder:
        labelled, press_ms = await labelling(Path(folder), people)
    return found, [*read, *labelled], press_ms


def _page(found: Sequence[Cost], waited: Sequence[Waits]) -> Iterator[str]:
    yield "| page | kB, first | requests | kB, again | elements | answer, ms | first paint, ms |"
    yield "|---|---|---|---|---|---|---|"
    for one in found:
        sizes = f"{one.bytes / 1000:.1f} | {one.requests} | {one.again_bytes / 1000:.1f}"
        times = f"{one.answer_ms:.0f} | {one.paint_ms:.0f}"
        yield f"| {one.name} | {sizes} | {one.elements} | {times} |"
    yield ""
    yield "| what | people | p50, ms | p95, ms | waits |"
    yield "|---|---|---|---|---|"
    for each in waited:
        yield (
            f"| {each.name} | {each.people} | {each.share(0.5):.0f} | {each.share(0.95):.0f} "
            f"| {len(each.ms)} |"
        )


if __name__ == "__main__":
    main()
