"""What a model makes of the texts that nobody has labelled, so that the queue knows what to ask.

It is found beside everything else, one dataset and one text at a time, so that whoever asks a model
something never waits for it. The community's own model of the same labels is asked; where there is
none, a provisional one learns from what is gold so far.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import numpy as np

from handlers.asking.checkpoints import find
from handlers.labelling.giving_way import GivingWay
from handlers.labelling.provisional import Vectors, drawn, provisional, texts_at, unlikely
from handlers.labelling.snapshot import NO_GUESSES, Guesses, Probabilities
from handlers.learning.queue_order import EVEN, evened
from handlers.learning.votes.columns import Numbers
from handlers.learning.votes.consensus import State
from handlers.learning.votes.tally import Tally
from handlers.services import Services
from handlers.types import UserError
from models.errors import ModelError
from models.results import Checkpoint, Origin, Task
from models.tasks.classification import TextToClassify
from storage.errors import StorageError
from storage.records import Dataset, DatasetKind

MOST_ASKED = 2_000
"""Texts of which something is guessed at once; of more, some are drawn."""
_GROWN = 1.1
"""So many times as much gold is worth another look, and a few texts more."""
_FEW = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was guessed of a dataset, and from how many gold texts."""

    gold: int
    guesses: Guesses


class Guessing:
    """The guesses of every dataset that somebody labels, of this process."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._working: asyncio.Task[None] | None = None
        self._giving_way = GivingWay()
        self._vectors = Vectors(self._giving_way)

    def of(self, dataset: Dataset) -> Guesses:
        """Return what is known."""
        known = self._known.get(dataset.id)
        return known.guesses if known else NO_GUESSES

    def forget(self, dataset_id: int) -> None:
        """Let go of a dataset that nobody labels any more."""
        self._known.pop(dataset_id, None)

    def note_press(self) -> None:
        """Take note that somebody waits for their next text, and goes first."""
        self._giving_way.note_press()

    def look(self, services: Services, tally: Tally) -> None:
        """Begin to guess anew, if more is known than the last time and nothing is being guessed."""
        known = self._known.get(tally.dataset.id)
        gold = int(tally.stand(State.GOLD).sum())
        is_grown = known is None or gold >= worth_another_look(known.gold)
        if is_grown and (self._working is None or self._working.done()):
            self._working = asyncio.create_task(self._guess(services, tally, gold))

    async def close(self) -> None:
        """Stop."""
        if self._working:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    async def _guess(self, services: Services, tally: Tally, gold: int) -> None:
        try:
            found = await _guesses(services, tally, self._vectors, self._giving_way)
        except (UserError, ModelError, StorageError):
            log.warning("nothing could be guessed of a dataset", exc_info=True)
            found = NO_GUESSES
        except Exception:  # nobody waits for it, so nobody else would tell of it
            log.exception("guessing what the texts of a dataset are broke")
            found = NO_GUESSES
        self._known[tally.dataset.id] = _Known(gold, found)


def worth_another_look(gold: int) -> int:
    """Return how many texts have to be gold for a model to be made anew, after one of so many."""
    return int(gold * _GROWN + _FEW) + 1


async def _guesses(
    services: Services, tally: Tally, vectors: Vectors, giving_way: GivingWay
) -> Guesses:
    asked = drawn(np.flatnonzero(tally.stand(State.OPEN)), MOST_ASKED)
    unlike = await _unlike(services, tally)
    async for checkpoint in _models_of(services, tally.dataset):
        told = await _asked(services, tally, checkpoint, asked, giving_way)
        if told is not None:
            return Guesses(told, unlike)
    found, given = await provisional(services, tally, asked, vectors)
    return Guesses(found, unlikely(given) | unlike)


async def _unlike(services: Services, tally: Tally) -> dict[int, float]:
    """Gold texts that say nearly the same as others, which have another label."""
    dataset = tally.dataset
    found: dict[int, float] = {}
    for group in await services.storage.examples.alike(dataset.community, dataset.id):
        labels = {n: tally.labels(place) for n in group if (place := tally.place(n)) is not None}
        gold = {number: keys for number, keys in labels.items() if keys}
        if len(set(gold.values())) > 1:
            found |= dict.fromkeys(gold, 1.0)
    return found


async def _asked(
    services: Services,
    tally: Tally,
    checkpoint: Checkpoint,
    places: Numbers,
    giving_way: GivingWay,
) -> Probabilities | None:
    """Ask a model one text after another: whoever else asks it has the next turn.

    None: it lets several labels hold where one can, or one where several may.
    """
    are_several = tally.dataset.kind is DatasetKind.MULTI
    keys = {label.name: label.key for label in tally.dataset.active}
    texts = await texts_at(services, tally, places)
    found: dict[int, Mapping[str, float]] = {}
    asker = f"queue of {tally.dataset.community}"
    for number, text in texts.items():
        async with giving_way.step():
            answer = await services.models.ask(checkpoint, TextToClassify(text), asker)
        if answer.is_multi_label is not are_several:
            return None
        limit = (answer.likely_from or EVEN) if are_several else EVEN
        found[number] = {keys[each.label]: evened(each.score, limit) for each in answer.scores}
    return found


async def _models_of(services: Services, dataset: Dataset) -> AsyncIterator[Checkpoint]:
    """Yield the classifiers here that have exactly these labels: the community's own, if any."""
    names = {label.name for label in dataset.active}
    versions = await services.storage.versions.all(dataset.community)
    for version in reversed(versions):
        if set(version.label_set) == names:
            live = await find(services, dataset.community, version.name)
            is_same = live.origin is Origin.TRAINED and live.version == str(version.number)
            yield live if is_same else await find(services, dataset.community, version.full_name)
            break
    for name in services.models.names(Task.CLASSIFY):
        checkpoint = services.models.find(name)
        overview = await services.models.overview(checkpoint)
        if overview and set(overview.labels) == names:
            yield checkpoint
