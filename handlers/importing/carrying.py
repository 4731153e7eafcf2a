"""Puts the rows of a file into a dataset, and takes them back; both go on where they were cut."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from handlers.importing.reading import PIECE, read_file
from handlers.learning.dataset import keys_of, salt_of
from handlers.learning.importing.columns import Undecided
from handlers.learning.importing.sorting import Item
from handlers.learning.split import side_of
from handlers.services import Services
from handlers.types import UserError
from models.canonical import folded
from storage.errors import ImportRunning
from storage.records import NO_LABEL, Dataset, Import, ImportedText, ImportState, Side

KIND = "import"
"""Of the jobs that carry imports."""
_AIM_S = 1.0
"""Of each portion of rows; where all goes well, a whole piece takes a fifth of it."""
_FIRST, _FEWEST = 200, 100
"""Of fewer rows, most of the time is that of the commit."""
Tell = Callable[[int, int], None]
"""Takes how many rows are done, of how many."""


async def carry(services: Services, one: Import, tell: Tell) -> None:
    """Put all rows of a file into its dataset, which may have some of them from before a cut.

    Raises:
        UserError: the file cannot be read, or somebody has to choose its columns.
    """
    imports, community = services.storage.imports, one.dataset.community
    is_gold = bool(one.choices.get("gold"))
    async with _released(services, one):
        file = await read_file(one)
        if isinstance(file, Undecided):
            raise UserError("import_undecided")
        coming, done, most = await _coming(services, one.dataset), 0, _FIRST
        async for piece in file.pieces():
            items = [row for row in piece if isinstance(row, Item)]
            texts = await asyncio.to_thread(coming.texts, items)
            while texts:
                began_s = time.monotonic()
                await imports.put(community, one.id, texts[:most], is_moderator=is_gold)
                del texts[:most]
                most = at_once(most, time.monotonic() - began_s)
            done += len(piece)
            tell(done, file.rows)
        await imports.end(community, one.id, ImportState.DONE)


def at_once(rows: int, took_s: float) -> int:
    """Return how many rows to put in next, after so many took so long.

    Whoever presses a button meanwhile waits for them, and is sent away after some seconds.
    """
    return max(_FEWEST, min(PIECE, round(rows * _AIM_S / max(took_s, 1e-6))))


async def take_back(services: Services, one: Import, tell: Tell = lambda _rows, _of: None) -> None:
    """Take everything out again that a file brought and nobody else has judged."""
    imports, community, done = services.storage.imports, one.dataset.community, 0
    async with _released(services, one):
        brought = await imports.brought(community, one.id)
        while taken := await imports.take_back(community, one.id):
            done += taken
            tell(done, brought.texts + brought.labels)
        await imports.end(community, one.id, ImportState.UNDONE)


async def under_way(services: Services, community: str, dataset_id: int | None) -> str | None:
    """Return the name of a dataset that a file is being put into; without a number, of any."""
    jobs = await services.storage.jobs.unended(community, KIND)
    names = (
        job.params["dataset"] for job in jobs if dataset_id in (None, job.params["dataset_id"])
    )
    return next((str(name) for name in names), None)


async def clear_up(services: Services, community: str) -> None:
    """Take back what was cut and nobody goes on with: nothing stays half."""
    imports = services.storage.imports
    jobs = await services.storage.jobs.unended(community, KIND)
    going_on = {int(str(job.params["import"])) for job in jobs}
    for number in await imports.cut(community):
        if number in going_on:
            continue
        with contextlib.suppress(ImportRunning):  # somebody has gone on with it, or is at another
            one = await imports.start(community, number, ImportState.UNDOING)
            if one.state is ImportState.UNDOING:
                await take_back(services, one)


@asynccontextmanager
async def _released(services: Services, one: Import) -> AsyncIterator[None]:
    """Whoever comes after a cut can go on at once."""
    try:
        yield
    except BaseException:
        releasing = services.storage.imports.release(one.dataset.community, one.id)
        await asyncio.shield(asyncio.ensure_future(releasing))
        raise


@dataclass(frozen=True, slots=True)
class _Coming:
    """Makes rows ready for the dataset; keeps count of the sides on which their labels go."""

    salt: str
    counts: Mapping[str, dict[Side, int]]

    def texts(self, items: Sequence[Item]) -> list[ImportedText]:
        return [self._text(item) for item in items]

    def _text(self, item: Item) -> ImportedText:
        side = None
        if item.labels is not None:
            side = self._side(item.text, item.labels[0] if item.labels else NO_LABEL)
        keys = keys_of(item.text)
        return ImportedText(
            item.text, keys.canonical, keys.group, keys.fingerprint, item.labels, side
        )

    def _side(self, text: str, key: str) -> Side:
        counts = self.counts[key]
        side = side_of(self.salt + folded(text), counts)
        counts[side] = counts.get(side, 0) + 1
        return side


async def _coming(services: Services, dataset: Dataset) -> _Coming:
    community, examples = dataset.community, services.storage.examples
    counts = {
        key: {
            side: n
            for side, n in (await examples.sides_of(community, dataset.id, key)).items()
            if side is not None
        }
        for key in (NO_LABEL, *(label.key for label in dataset.active))
    }
    return _Coming(await salt_of(services, community), counts)
