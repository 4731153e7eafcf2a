"""Communities, each with questions, a dataset and somebody who asks."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from benchmarks.growth import filling
from benchmarks.growth.points import Curve, Point, measured
from benchmarks.growth.tokki import Tokki, name_of, tokki

TIMES = 32
_QUESTIONS = 50
"""That each has asked before."""


async def measure(folder: Path, sizes: Sequence[int]) -> Sequence[Point]:
    """Let all of them ask, and then some of them be timed."""
    async with tokki(folder) as asked:
        model = str((await asked.ask("/classify what is there")).footer["model"])
        there, found = 1, []
        for size in sizes:
            await _settle(asked, model, range(there + 1, size + 1))
            there = max(there, size)
            found += await _timed(asked, size)
    return found


async def _settle(asked: Tokki, model: str, communities: range) -> None:
    """Each has a past, asks once and judges the answer: so this process knows them all."""
    for one in communities:
        await asyncio.to_thread(filling.ask_often, asked.file, name_of(one), model, 2, _QUESTIONS)
        reply = await asked.ask("/classify we are new here", one)
        number = str(reply.footer["query"]).lstrip("#")
        await asked.press(f"fb:{number}:right", one)
    await asked.settled()


async def _timed(asked: Tokki, size: int) -> list[Point]:
    numbers: dict[int, str] = {}

    async def ask(time: int) -> None:
        reply = await asked.ask(f"/classify the {time}th time of {size}", _of(time, size))
        numbers[time] = str(reply.footer["query"]).lstrip("#")

    async def press(time: int) -> None:
        await asked.press(f"fb:{numbers[time]}:right", _of(time, size))
        await asked.settled()

    async def look_back(time: int) -> None:
        await asked.ask("/history", _of(time, size))

    whose = COMMUNITIES.name, size
    return [
        await measured(*whose, "/classify", TIMES, ask),
        await measured(*whose, "press", TIMES, press),
        await measured(*whose, "/history", TIMES, look_back),
    ]


def _of(time: int, size: int) -> int:
    """Another one each time, as far as there are others."""
    return 1 + time * 7 % size


COMMUNITIES = Curve("communities", "communities", (1, 10, 100, 1_000), (1, 3), measure)
