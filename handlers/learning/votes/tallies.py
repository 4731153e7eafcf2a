"""The last tally of each dataset, for all who ask: votes are counted once for each change."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol
from weakref import WeakValueDictionary

from cachetools import LRUCache

from handlers.learning.votes import tallying
from handlers.learning.votes.tally import Tally
from storage.records import Dataset, VotesSince

MOST_ROWS = 1_000_000
"""Texts and votes that are remembered, about eighty bytes each."""


class Reader(Protocol):
    """What votes are read from; `storage.examples`."""

    async def votes_since(
        self, community: str, dataset_id: int, after: int | None = None
    ) -> VotesSince: ...


class Tallies:
    """Remembers tallies of some datasets. What is told holds for the moment of asking."""

    def __init__(
        self,
        reader: Reader,
        most_rows: int = MOST_ROWS,
        silent: Callable[[str], Awaitable[frozenset[str]]] | None = None,
    ) -> None:
        """`silent`: tells whose votes in a community count for nothing; without it, nobody's."""
        self._reader = reader
        self._silent = silent
        self._known: LRUCache[int, Tally] = LRUCache(most_rows, getsizeof=lambda one: one.rows)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def exact(self, dataset: Dataset) -> Tally:
        """Return where every text stands by all votes; raises `NoSuchDataset`."""
        return await self._counted(dataset, tallying.exact)

    async def recent(self, dataset: Dataset) -> Tally:
        """Return the same, in some milliseconds after a few votes on very many.

        Each text stands where all votes on it let it. What the last hundredth of the votes tells of
        people may not have reached the other texts yet. Raises `NoSuchDataset`.
        """
        return await self._counted(dataset, lambda found: found)

    async def _counted(self, dataset: Dataset, finish: Callable[[Tally], Tally]) -> Tally:
        """Those who ask at once wait for one of them, and find what it has counted."""
        async with self._locks.setdefault(dataset.id, asyncio.Lock()):
            known = self._known.get(dataset.id)
            found = await asyncio.to_thread(finish, await self._read(dataset, known))
            if found is not known and found.rows <= self._known.maxsize:
                self._known[dataset.id] = found
            return found

    async def _read(self, dataset: Dataset, known: Tally | None) -> Tally:
        whose = dataset.community, dataset.id
        silent = await self._silent(dataset.community) if self._silent else frozenset()
        if known is not None and known.silent == silent:
            since = await self._reader.votes_since(*whose, known.upto)
            if since.upto == known.upto and since.dataset == known.dataset:
                return known
            if found := await asyncio.to_thread(tallying.updated, known, since):
                return found
        everything = await self._reader.votes_since(*whose)
        return await asyncio.to_thread(tallying.tally, everything, silent)
