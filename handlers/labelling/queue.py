"""Which text somebody is shown next: what the queue knows, kept in memory as long as it is good.

Nothing of it has to be right: what it proposes is looked at again by storage, which alone knows
who has labelled what and who is looking at what at this moment.
"""

import asyncio
import random
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from handlers.labelling.given_out import GivenOut
from handlers.labelling.guesses import Guessing
from handlers.labelling.snapshot import Since, Snapshot, snapshot_of
from handlers.learning.queue_order import proposals
from handlers.services import Services
from storage.records import Answered, Arm, Card, Dataset, NewCard, NewLabelVote, Offer

_MOST_DATASETS = 50
_AT_ONCE, _AT_A_PRESS = 12, 6
"""Proposals that storage looks at together; with an answer nearly always the first holds."""
_WAITED_FOR_S = 0.05
"""What takes longer to look at is looked at beside everything else."""
_REST = 20
"""A look is good for so many times as long as it took, and for a moment."""
_LEAST_REST_S = 1.0
_OLD_S = 5.0
"""What is no older is shown at once, while somebody looks anew."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one dataset."""

    snapshot: Snapshot
    revision: int
    read_at_s: float
    took_s: float

    @property
    def age_s(self) -> float:
        """For how long it is known."""
        return time.monotonic() - self.read_at_s

    @property
    def is_due(self) -> bool:
        """Whether it is old enough to be looked at anew."""
        return self.age_s > max(_LEAST_REST_S, _REST * self.took_s)

    @property
    def is_waited_for(self) -> bool:
        """Whether whoever asks is told what is new rather than what is known."""
        return self.age_s > _OLD_S and self.took_s <= _WAITED_FOR_S


class LabelQueue:
    """What every dataset that somebody labels looks like, of this process."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._reading: dict[int, asyncio.Task[Snapshot]] = {}
        self._given_out: defaultdict[int, GivenOut] = defaultdict(GivenOut)
        self._guessing = Guessing()
        # Whoever asks the system lets other threads go first at each draw: dozens of times a press.
        self._chance = random.Random()  # noqa: S311 - no secret

    async def look(self, services: Services, dataset: Dataset) -> Snapshot:
        """Return what is known of a dataset; of a large one, what was known a moment ago."""
        self._guessing.note_press()
        known = self._known.get(dataset.id)
        if known is None or known.revision != dataset.revision:
            return await self.renewed(services, dataset)
        self._known.move_to_end(dataset.id)
        if known.is_due:
            reading = self._read_once(services, dataset)
            if known.is_waited_for:
                return await asyncio.shield(reading)
        return known.snapshot

    async def renewed(self, services: Services, dataset: Dataset) -> Snapshot:
        """Look at a dataset anew, once for all who want to."""
        return await asyncio.shield(self._read_once(services, dataset))

    async def next(self, services: Services, dataset: Dataset, user: str) -> Card | None:
        """Return what somebody is shown: what they had, what comes next, or what they skipped."""
        snapshot = await self.look(services, dataset)
        card = await self._first(services, dataset, user, snapshot)
        if card is None:
            snapshot = await self.renewed(services, dataset)
            card = await self._first(services, dataset, user, snapshot, is_last=True)
        self._given_out[dataset.id].note(user, card)
        return card

    async def answer(self, services: Services, dataset: Dataset, given: NewLabelVote) -> Answered:
        """Keep what somebody says of a text, and show them what comes next, all in one commit."""
        snapshot = await self.look(services, dataset)
        free = self._free_now(self._offers(dataset, given.user, snapshot), given.user, snapshot)
        given_out = self._given_out[dataset.id]
        answered = await services.storage.cards.answer(given, [*islice(free, _AT_A_PRESS)])
        given_out.note(given.user, answered.card)
        self.note(dataset.id, given.user, given.example_id)
        return answered

    def note(self, dataset_id: int, user: str, example_id: int, *, is_said: bool = True) -> None:
        """Take note that somebody has said something of a text, or has taken it back."""
        if known := self._known.get(dataset_id):
            done = Since(is_said, time.monotonic())
            known.snapshot.since.setdefault(user, {})[example_id] = done

    def take_back(self, dataset_id: int, user: str, card: Card) -> None:
        """Take note that somebody has the text again of which they had said something."""
        self._given_out[dataset_id].note(user, card)
        if card.arm is not Arm.CHECK:  # which never was among what is left
            self.note(dataset_id, user, card.example.id, is_said=False)

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
        if not is_last:
            offers = self._free_now(offers, user, snapshot)
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

    def _free_now(self, offers: Iterator[Offer], user: str, snapshot: Snapshot) -> Iterator[Offer]:
        """Leave out what this process has given to others since, as far as it knows."""
        given_out = self._given_out[snapshot.tally.dataset.id].to_others(user)
        taken = given_out.union(snapshot.said_since())
        return (one for one in offers if one.most_others is None or one.example_id not in taken)

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
        if known := self._known.get(dataset.id):
            snapshot.since.update(known.snapshot.since_from(before))
        took_s = time.monotonic() - before
        self._known[dataset.id] = _Known(snapshot, dataset.revision, before, took_s)
        self._known.move_to_end(dataset.id)
        if len(self._known) > _MOST_DATASETS:
            forgotten, _ = self._known.popitem(last=False)
            self._guessing.forget(forgotten)
            self._given_out.pop(forgotten, None)
        return snapshot

    def _has_read(self, dataset_id: int, reading: "asyncio.Task[Snapshot]") -> None:
        del self._reading[dataset_id]
        if not reading.cancelled():
            reading.exception()  # whoever asks next finds out for themselves
