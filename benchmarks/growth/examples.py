"""Examples of a dataset."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from benchmarks.growth import filling
from benchmarks.growth.points import Curve, Point, measured
from benchmarks.growth.tokki import Tokki, button, tokki
from handlers.types import Attachment, Reply

TIMES = 8


async def measure(folder: Path, sizes: Sequence[int]) -> Sequence[Point]:
    """Show, label and import where a dataset has so many."""
    async with tokki(folder) as asked:
        await asked.ask("/dataset create name:many labels:l0,l1 open_to:members")
        await asked.ask("/classify what is there")
        stored, found = 0, []
        for size in sizes:
            await asyncio.to_thread(filling.collect, asked.file, 1, stored + 1, size)
            stored = size
            found += await _timed(asked, size)
    return found


async def _timed(asked: Tokki, size: int) -> list[Point]:
    cards: list[Reply] = [await asked.ask("/label")]

    async def say(_: int) -> None:
        cards.append(await asked.press(button(cards[-1], ":0")))

    async def bring(time: int) -> None:
        await _import_one(asked, f"imported alone for the {time}th time of {size}")

    async def show(_: int) -> None:
        await asked.ask("/dataset show many")

    whose = EXAMPLES.name, size
    return [
        await measured(*whose, "press of /label", TIMES, say),
        await measured(*whose, "/dataset show", TIMES, show),
        await measured(*whose, "import of one", TIMES, bring),
    ]


async def _import_one(asked: Tokki, text: str) -> None:
    content = f"text,label\n{text},l0\n".encode()

    async def fetch(_most_bytes: int) -> bytes:
        return content

    file = Attachment("one.csv", len(content), fetch)
    reply = await asked.ask("/dataset import", file=file)
    await asked.press(button(reply, ":put"))


EXAMPLES = Curve(
    "examples", "examples of a dataset", (100, 1_000, 10_000, 100_000), (100, 200), measure
)
