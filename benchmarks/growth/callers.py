"""Callers who ask at once, wait for the answer and ask again."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.growth.points import Curve, Point, point
from benchmarks.growth.tokki import Failed, Tokki, tokki

LEAST = 256
"""Questions at each size, or two of each caller."""
_AGAIN_S = 1.0
"""After so long, at the least, a caller is told to ask again."""


async def measure(folder: Path, sizes: Sequence[int]) -> Sequence[Point]:
    """Ask the bundled model from so many sides at once."""
    async with tokki(folder) as asked:
        await _crowd(asked, 8, "warming up", 2)
        found = []
        for size in sizes:
            each = max(2, LEAST // size)
            before = process_time()
            waited = await _crowd(asked, size, f"of {size}", each)
            found.append(point(CALLERS.name, size, "/classify", process_time() - before, waited))
    return found


async def _crowd(asked: Tokki, size: int, which: str, each: int) -> list[float]:
    async def caller(number: int) -> list[float]:
        waited = []
        for time in range(each):
            began = perf_counter()
            await _answered(asked, f"/classify caller {number} {which} liked the {time}th patch")
            waited.append(perf_counter() - began)
        return waited

    found = await asyncio.gather(*map(caller, range(size)))
    return [seconds for one in found for seconds in one]


async def _answered(asked: Tokki, line: str) -> None:
    """Where too many wait already, ask again."""
    while True:
        try:
            await asked.ask(line)
            return
        except Failed as why:
            if str(why) != "busy":
                raise
        await asyncio.sleep(_AGAIN_S)


CALLERS = Curve("callers", "callers at once", (1, 4, 16, 64, 256, 1024), (1, 4), measure)
