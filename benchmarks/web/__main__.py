"""Measures the pages: `python -m benchmarks.web [--write [PAGE]]`, with the extra `browser`."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures.report import Figure, give, table_of
from benchmarks.serving.machine import describe, in_words, use_cores
from benchmarks.serving.runs.contestant import ROOT
from benchmarks.web.crowd import PEOPLE, Waits, waits
from benchmarks.web.flood import FORGED, Flood, flood
from benchmarks.web.labelling import Labelled, labelling
from benchmarks.web.paint import Cost, costs
from docs.pictures.pages import town
from tests.browser.person import chromium

PAGE = ROOT / "docs" / "figures" / "web-load.md"
_GOAL_MS = 100.0
"""For the next card, of 95 in a hundred presses."""
_METHOD = """\
Server, browser and crowd share the machine and the loopback, so all of them wait for each other.
Each page is loaded by a Chromium that has kept nothing (`first`), and once more (`again`);
bytes are those of the network, headers included. The crowd's people each have a session of their
own, and look at each answer for one to three seconds before they ask for the next; so does the one
who reads while forged requests come without stop. Those who label
come from a loopback Discord, press about once a second, and load a plain page of aiohttp right
behind each press; that their votes are on the disk is seen to. Five crowds do so, each with a Tokki
that was started anew and has done what a first start does.
"""


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print or write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, nargs="?", const=PAGE, help="FILE, or our page")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=PEOPLE)
    arguments = parser.parse_args(words)
    machine = describe(use_cores(2))
    found, read, flooded, labelled = asyncio.run(_measured(arguments.rounds, arguments.people))
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    head = (
        f"Written by `python -m benchmarks.web --write` on {date} with "
        f"{in_words(machine)}. How the pages are used: [web.md](../web.md)."
    )
    waited = [*read, flooded.waits, labelled.cards, labelled.plains]
    lines = ["# How heavy the pages are", "", head, "", _METHOD, *_page(found, waited)]
    lines += ["", *_labelled(labelled), _flooded(flooded)]
    give("\n".join(lines) + "\n", arguments.write)


async def _measured(
    rounds: int, people: int
) -> tuple[Sequence[Cost], Sequence[Waits], Flood, Labelled]:
    # Before this process has models of its own to look after, which those who label would wait for.
    labelled = await labelling(people)
    async with town() as tokki:
        async with chromium() as browser:
            found = await costs(tokki, browser, rounds)
        return found, await waits(tokki, people), await flood(tokki), labelled


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


def _labelled(found: Labelled) -> Iterator[str]:
    p95 = found.cards.share(0.95)
    beside = f"a plain page {found.plains.share(0.95):.0f} ms"
    goal = f"{_GOAL_MS:.0f} ms"
    yield table_of([Figure("the next card, p95", f"{p95:.0f} ms", beside, goal, p95 <= _GOAL_MS)])
    yield ""
    yield (
        f"A press takes {found.press_ms:.1f} ms of Tokki's processor, with all that goes on beside "
        f"it, and the plain page {found.plain_ms:.1f} ms: {found.press_ms / found.plain_ms:.0f} "
        "times as much."
    )


def _flooded(found: Flood) -> str:
    told = f"{found.a_second:,.0f} a second"
    return f"Each of {FORGED:,} forged requests is refused in words, {told}."


if __name__ == "__main__":
    main()
