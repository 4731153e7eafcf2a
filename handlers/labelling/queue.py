"""Which text somebody is shown next: what the queue knows, kept in memory as long as it is good.

Nothing of it has to be right: what it proposes is looked at again by storage, which alone knows
who has labelled what and who is looking at what at this moment.
"""

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from handlers.labelling.guesses import Guessing
from handlers.labelling.snapshot import Snapshot, snapshot_of
from handlers.learning.queue_order import proposals
from handlers.services import Services
from storage.records import Arm, Card, Dataset, NewCard, Offer

_MOST_DATASETS = 50
_AT_ONCE = 12
"""Proposals that storage looks at together."""
_WAITED_FOR_S = 0.05
"""What takes longer to look at is looked at beside everything else."""
_REST = 20
"""A look is good for so many times as long as it took, and for a moment."""
_LEAST_REST_S = 1.0


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one dataset."""

    snapshot: Snapshot
    revision: int
    read_at_s: float
    took_s: float

    @property
    def is_due(self) -> bool:
        """Whether it is old enough to be looked at anew."""
        return time.monotonic() - self.read_at_s > max(_LEAST_REST_S, _REST * self.took_s)


class LabelQueue:
    """What every dataset that somebody labels looks like, of this process."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._reading: dict[int, asyncio.Task[Snapshot]] = {}
        self._guessing = Guessing()
        self._chance = random.SystemRandom()

    def note(self, dataset_id: int, user: str, example_id: int) -> None:
        """Take note that somebody has said something of a text."""
        if known := self._known.get(dataset_id):
            known.snapshot.said_since.setdefault(user, set()).add(example_id)

    async def look(self, services: Services, dataset: Dataset) -> Snapshot:
        """Return what is known of a dataset; of a large one, what was known a moment ago."""
        known = self._known.get(dataset.id)
        if known is None or known.revision != dataset.revision:
            return await self.renewed(services, dataset)
        self._known.move_to_end(dataset.id)
        if known.is_due:
            reading = self._read_once(services, dataset)
            if known.took_s <= _WAITED_FOR_S:
                return await asyncio.shield(reading)
        return known.snapshot

    async def renewed(self, services: Services, dataset: Dataset) -> Snapshot:
        """Look at a dataset anew, once for all who want to."""
        return await asyncio.shield(self._read_once(services, dataset))

    async def next(self, services: Services, dataset: Dataset, user: str) -> Card | None:
        """Return what somebody is shown: what they had, what comes next, or what they skipped."""
        snapshot = await self.look(services, dataset)
        if card := await self._first(services, dataset, user, snapshot):
            return card
        snapshot = await self.renewed(services, dataset)
        return await self._first(services, dataset, user, snapshot, is_last=True)

    async def close(self) -> None:
        """Stop what goes on beside everything else."""
        for reading in [*self._reading.values()]:
            reading.cancel()
        await self._guessing.close()

    async def _first(
        self,
        services: Services,
        dataset: Dataset,
        user: str,
        snapshot: Snapshot,
        *,
        is_last: bool = False,
    ) -> Card | None:
        offers = self._offers(dataset, user, snapshot)
        while True:
            some = list(islice(offers, _AT_ONCE))
            is_end = len(some) < _AT_ONCE
            whose = (dataset.community, dataset.id, user)
            wanted = NewCard(*whose, some, takes_skipped=is_end and is_last)
            card = await services.storage.cards.take(wanted)
            if card or is_end:
                return card

    def _offers(self, dataset: Dataset, user: str, snapshot: Snapshot) -> Iterator[Offer]:
        """One word more is wanted, so nobody else may be about to say it; checks are for all."""
        may = snapshot.unsaid_by(user)
        for one in proposals(snapshot.queue, self._chance, may):
            most = None if one.arm is Arm.CHECK else int(snapshot.people[one.text])
            yield Offer(snapshot.number(one.text), one.arm, most)
        # Nothing else is left: where more than one has to say it anyway, two may look at once.
        if dataset.votes_needed > 1:
            for place in filter(may, snapshot.queue.new):
                yield Offer(snapshot.number(place), Arm.SECOND, dataset.votes_needed - 1)

    def _read_once(self, services: Services, dataset: Dataset) -> "asyncio.Task[Snapshot]":
        reading = self._reading.get(dataset.id)
        if reading is None:
            reading = asyncio.create_task(self._read(services, dataset))
            self._reading[dataset.id] = reading
            reading.add_done_callback(partial(self._has_read, dataset.id))
        return reading

    async def _read(self, services: Services, dataset: Dataset) -> Snapshot:
        before = time.monotonic()
        tally = await services.tallies.recent(dataset)
        self._guessing.look(services, tally)
        snapshot = await asyncio.to_thread(snapshot_of, tally, self._guessing.of(dataset))
        took_s = time.monotonic() - before
        self._known[dataset.id] = _Known(snapshot, dataset.revision, before, took_s)
        self._known.move_to_end(dataset.id)
        if len(self._known) > _MOST_DATASETS:
            forgotten, _ = self._known.popitem(last=False)
            self._guessing.forget(forgotten)
        return snapshot

    def _has_read(self, dataset_id: int, reading: "asyncio.Task[Snapshot]") -> None:
        del self._reading[dataset_id]
        if not reading.cancelled():
            reading.exception()  # whoever asks next finds out for themselves
