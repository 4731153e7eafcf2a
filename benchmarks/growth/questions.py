"""Questions that a community has asked before."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from benchmarks.growth import filling
from benchmarks.growth.points import Curve, Point, measured
from benchmarks.growth.tokki import Tokki, name_of, tokki

TIMES = 12
_ASKED = 50
"""More than are asked between two sizes."""


async def measure(folder: Path, sizes: Sequence[int]) -> Sequence[Point]:
    """Ask, look back, judge and label where so many were asked."""
    async with tokki(folder) as asked:
        reply = await asked.ask("/classify what is there")
        model = str(reply.footer["model"])
        await asked.press("fb:1:right")
        stored, found = _ASKED, []
        for size in sizes:
            whose = (asked.file, name_of(1), model)
            await asyncio.to_thread(filling.ask_often, *whose, stored, size)
            stored = size + _ASKED
            found += await _asked(asked, size)
    return found


async def _asked(asked: Tokki, size: int) -> list[Point]:
    numbers: list[int] = []

    async def ask(time: int) -> None:
        reply = await asked.ask(f"/classify question {time} where {size} were asked")
        numbers.append(int(str(reply.footer["query"]).lstrip("#")))

    async def press(time: int) -> None:
        await asked.press(f"fb:{numbers[time]}:right")
        await asked.settled()

    whose = QUESTIONS.name, size
    return [
        await measured(*whose, "/classify", TIMES, ask),
        await measured(*whose, "press", TIMES, press),
        await measured(*whose, "/history", TIMES, lambda _: asked.ask("/history")),
        await measured(*whose, "/label", TIMES, lambda _: asked.ask("/label")),
    ]


QUESTIONS = Curve(
    "questions", "stored questions", (1_000, 10_000, 100_000, 1_000_000), (1_000, 3_000), measure
)
