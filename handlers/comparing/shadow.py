"""Asks the new version what the live one was asked, and both what nobody has labelled yet.

One text after another, and only while nobody waits for either of the two: whoever asks a model
something waits for one text at the most. What is to be asked is in memory alone; how far the texts
of the dataset have been asked is stored.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.asking.checkpoints import find
from handlers.comparing.suppliers import suppliers_of
from handlers.learning.dataset import keys_of
from handlers.learning.votes.consensus import State
from handlers.services import Services
from handlers.types import UserError
from models.errors import ModelError
from models.results import Checkpoint
from models.tasks.classification import TextToClassify
from storage.errors import StorageError
from storage.records import Comparison, Dataset, NewComparedText, NewExample, Side

SOURCE = "question"
"""Where an example comes from that somebody asked and nobody has judged."""
_MOST_WAITING = 100
"""Questions; of more, the oldest are let go."""
_AT_ONCE = 20
"""Texts of the dataset between two notes of how far it is."""
_PAUSE_S = 0.05
_MOST_PAUSES = 100
"""After five seconds of people waiting, it waits for the next question."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    """What somebody asked, and what the live version answered."""

    comparison: Comparison
    user: str
    text: str
    label: str


class Shadow:
    """The shadow of this process; `handlers.services.Shadow`."""

    def __init__(self) -> None:
        self._questions: deque[_Question] = deque(maxlen=_MOST_WAITING)
        self._pools: dict[int, Comparison] = {}
        self._working: asyncio.Task[None] | None = None
        self._suppliers: dict[int, frozenset[str]] = {}
        self._chance = random.SystemRandom()

    async def asked(
        self, services: Services, community: str, user: str, model: str, text: str, label: str
    ) -> None:
        """Take note of a question, if its asker lets models learn and the model is compared."""
        try:
            running = await services.storage.comparisons.running(community)
            meant = [one for one in running if one.live == model and not is_late(one)]
            if not meant or not (await services.storage.choices.of(community, user)).may_train:
                return
        except StorageError:  # the answer is what counts
            log.warning("comparisons could not be looked up", exc_info=True)
            return
        self._questions.extend(_Question(one, user, text, label) for one in meant)
        self._work(services)

    def go_on(self, services: Services, comparison: Comparison) -> None:
        """Ask both what nobody has labelled, from where it was left."""
        self._pools.setdefault(comparison.id, comparison)
        self._work(services)

    async def suppliers(
        self, services: Services, comparison: Comparison, dataset: Dataset
    ) -> frozenset[str]:
        """Return who supplied too much of what the new version learned to judge it.

        They are found once in a process: with every card that would take too long.
        """
        if comparison.id not in self._suppliers:
            found = await suppliers_of(services, comparison, dataset)
            self._suppliers[comparison.id] = found
        return self._suppliers[comparison.id]

    async def settled(self) -> None:
        """Return once nothing is to be asked."""
        while self._working and not self._working.done():
            await asyncio.wait({self._working})

    async def close(self) -> None:
        """Stop."""
        self._questions.clear()
        self._pools.clear()
        if self._working:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    def _work(self, services: Services) -> None:
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._ask_all(services))

    async def _ask_all(self, services: Services) -> None:
        while self._questions or self._pools:
            if self._questions:
                await _quietly(self._ask(services, self._questions.popleft()))
            else:
                number, comparison = next(iter(self._pools.items()))
                if not await _quietly(self._ask_pool(services, comparison)):
                    self._pools.pop(number, None)

    async def _ask(self, services: Services, asked: _Question) -> bool:
        """Ask the new version too; a text on which it differs goes into the dataset."""
        comparison = asked.comparison
        dataset = await dataset_compared(services, comparison)
        new, live = await versions_of(services, comparison)
        old_key = dataset.key_of(asked.label)
        if old_key is None or not await _until_idle(services, comparison, new, live):
            return False
        new_key = await _key(services, comparison, new, asked.text, dataset)
        differing: list[NewComparedText] = []
        if new_key and new_key != old_key:
            example = _example(dataset, asked)
            number = (await services.storage.examples.add(example)).example_id
            differing = [self._drawn(number, old_key, new_key)]
        whose_comparison = (comparison.community, comparison.id)
        await services.storage.comparisons.compared(*whose_comparison, 1, differing)
        return True

    async def _ask_pool(self, services: Services, comparison: Comparison) -> bool:
        """Ask both of some texts of the dataset; false where there is nothing left to ask."""
        running = await services.storage.comparisons.running(comparison.community)
        found = next((one for one in running if one.id == comparison.id), None)
        if found is None or is_late(found):
            return False
        every = await services.storage.comparisons.all(comparison.community)
        upto = next(one.asked_upto for one in every if one.id == comparison.id)
        dataset = await dataset_compared(services, comparison)
        numbers = (await _unlabelled(services, dataset, upto))[:_AT_ONCE]
        if not numbers:
            return False
        new, live = await versions_of(services, comparison)
        differing = []
        for example in await services.storage.examples.all(
            comparison.community, dataset.id, numbers
        ):
            if not await _until_idle(services, comparison, new, live):
                return False
            keys = [
                await _key(services, comparison, one, example.text, dataset) for one in (live, new)
            ]
            if keys[0] and keys[1] and keys[0] != keys[1]:
                differing.append(self._drawn(example.id, keys[0], keys[1]))
        whose = (comparison.community, comparison.id)
        await services.storage.comparisons.compared(*whose, len(numbers), differing, max(numbers))
        return True

    def _drawn(self, number: int, live: str, new: str) -> NewComparedText:
        return NewComparedText(number, live, new, is_new_first=self._chance.random() < 0.5)  # noqa: PLR2004


def _example(dataset: Dataset, asked: _Question) -> NewExample:
    """Return what somebody asked as a text of a dataset, without a label."""
    keys = keys_of(asked.text)
    return NewExample(
        community=dataset.community,
        dataset_id=dataset.id,
        user=asked.user,
        text=asked.text,
        canonical=keys.canonical,
        group_key=keys.group,
        source=SOURCE,
        fingerprint=keys.fingerprint,
    )


def is_late(comparison: Comparison) -> bool:
    """Whether its time is over."""
    return comparison.ends_at <= datetime.now(UTC)


async def versions_of(services: Services, comparison: Comparison) -> tuple[Checkpoint, Checkpoint]:
    """Return the new version and the live one.

    Raises:
        UserError: one of them is gone.
    """
    new = await find(services, comparison.community, comparison.new)
    return new, await find(services, comparison.community, comparison.live)


async def dataset_compared(services: Services, comparison: Comparison) -> Dataset:
    """Return the dataset on whose texts versions are compared."""
    every = await services.storage.datasets.all(comparison.community)
    return next(one for one in every if one.id == comparison.dataset_id)


async def _unlabelled(services: Services, dataset: Dataset, upto: int) -> Sequence[int]:
    """Return the numbers of texts that nobody has labelled and nothing is measured on."""
    tally = await services.tallies.recent(dataset)
    is_new = tally.stand(State.OPEN) & (tally.people == 0)
    is_new &= tally.texts.number > upto
    is_new &= tally.texts.side != list(Side).index(Side.TEST)
    numbers: list[int] = tally.texts.number[is_new].tolist()
    return numbers


async def _key(
    services: Services, comparison: Comparison, version: Checkpoint, text: str, dataset: Dataset
) -> str | None:
    """Return the key of the label that a version gives; None: it is none of the dataset's."""
    asker = f"shadow of {comparison.community}"
    answer = await services.models.ask(version, TextToClassify(text), asker)
    return dataset.key_of(answer.scores[0].label)


async def _until_idle(services: Services, comparison: Comparison, *versions: Checkpoint) -> bool:
    """Return true once nobody waits for any of these; false where that takes too long."""
    for _ in range(_MOST_PAUSES):
        outlooks = [services.models.outlook(one, comparison.community) for one in versions]
        if not any(one.is_loaded and one.seconds > 0 for one in outlooks):
            return True
        await asyncio.sleep(_PAUSE_S)
    return False


async def _quietly(work: Awaitable[bool]) -> bool:
    """Nobody waits for it, so what goes wrong is in the log."""
    try:
        return await work
    except (UserError, ModelError, StorageError):
        log.warning("a version could not be compared", exc_info=True)
    except Exception:
        log.exception("comparing versions broke")
    return False
