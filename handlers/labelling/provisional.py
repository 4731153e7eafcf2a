"""A model of a dataset's own, as long as none has been trained: it learns from what is gold so far.

It sees each text by its characters, and by what the bundled bodies make of it: one that has learned
what sentences mean, and one that has learned which words stand together.
"""

import random
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from handlers.labelling.giving_way import GivingWay
from handlers.labelling.snapshot import Probabilities
from handlers.learning.votes.columns import Numbers
from handlers.learning.votes.consensus import State
from handlers.learning.votes.tally import Tally
from handlers.services import Services
from models.errors import ModelError
from models.provisional import Lesson
from models.results import Checkpoint
from models.tasks.embedding import TextToEmbed
from storage.records import DatasetKind

BODIES = ("meaning", "fillmask")
"""Of these, all that there are."""
MOST_LEARNED = 2_000
FEWEST_LEARNED = 20
"""Gold texts before which nothing can be told."""
_FEWEST_OF_A_LABEL = 2
_REVIEWED, _UNLIKELY = 0.05, 0.3
"""So many gold texts are shown once more, if their label is as unlikely as that."""
_MOST_VECTORS = 10_000
"""Texts; about two thousand bytes each."""

Vector = npt.NDArray[np.float32]


class Vectors:
    """What bodies make of texts, of which the last ones are remembered."""

    def __init__(self, giving_way: GivingWay) -> None:
        self._known: OrderedDict[int, Sequence[Vector]] = OrderedDict()
        self._giving_way = giving_way

    async def of(
        self, services: Services, community: str, texts: Mapping[int, str]
    ) -> Sequence[Vector]:
        """Return what each body makes of the texts, a row each; nothing where none can be asked.

        One text after another: whoever else asks has the next turn.
        """
        names = [one for one in BODIES if one in services.models.names()]
        if not names:
            return ()
        try:
            bodies = [services.models.find(name) for name in names]
            for number, text in texts.items():
                if len(self._known.get(number, ())) != len(bodies):
                    asker = f"queue of {community}"
                    async with self._giving_way.step():
                        self._known[number] = [
                            await _vector(services, body, text, asker) for body in bodies
                        ]
        except ModelError:
            return ()
        found = [np.array(rows) for rows in zip(*map(self._known.__getitem__, texts), strict=True)]
        while len(self._known) > _MOST_VECTORS:
            self._known.popitem(last=False)
        return found


async def _vector(services: Services, body: Checkpoint, text: str, asker: str) -> Vector:
    told = await services.models.ask(body, TextToEmbed(text), asker)
    return np.array(told.values, np.float32)


async def provisional(
    services: Services, tally: Tally, places: Numbers, vectors: Vectors
) -> tuple[Probabilities, Mapping[int, float]]:
    """Return how probable labels are, by the numbers of texts; of none, if it is too early.

    Each label for the texts at some places, and the labels that it has for each gold text.

    Args:
        services: what there is.
        tally: of the dataset.
        places: of the texts that are asked about.
        vectors: what is known of texts already.
    """
    labels = _gold(tally)
    if len(labels) < FEWEST_LEARNED or len(set(labels.values())) < 2:  # noqa: PLR2004
        return {}, {}
    are_several = tally.dataset.kind is DatasetKind.MULTI
    learned = await texts_at(services, tally, np.array(list(labels)))
    asked = await texts_at(services, tally, places)
    seen = await vectors.of(services, tally.dataset.community, {**learned, **asked})
    given = [labels[_place(tally, number)] for number in learned]
    lesson = Lesson(list(learned.values()), given, are_several)
    told = await services.models.guess(lesson, list(asked.values()), seen)
    guesses = dict(zip(asked, told.asked, strict=True)) if told.asked else {}
    return guesses, dict(zip(learned, told.given, strict=True)) if told.given else {}


def unlikely(given: Mapping[int, float]) -> dict[int, float]:
    """Return the gold texts whose label is least likely, with how unlikely it is."""
    most = round(_REVIEWED * len(given))
    ranked = sorted(given, key=lambda number: given[number])[:most]
    return {number: 1 - given[number] for number in ranked if given[number] < _UNLIKELY}


async def texts_at(services: Services, tally: Tally, places: Numbers) -> Mapping[int, str]:
    """Return texts by their numbers."""
    numbers: list[int] = tally.texts.number[places].tolist()
    dataset = tally.dataset
    examples = await services.storage.examples.all(dataset.community, dataset.id, numbers)
    return {one.id: one.text for one in examples}


def drawn(places: Numbers, most: int) -> Numbers:
    """Return all, or some of them by chance."""
    if len(places) <= most:
        return places
    chosen: Sequence[int] = sorted(random.SystemRandom().sample(range(len(places)), most))
    return places[chosen]


def _gold(tally: Tally) -> Mapping[int, tuple[str, ...]]:
    """The labels of gold texts by their places, but for what is too rare to be learned.

    Where several may hold, so may none, and a text without its rare labels says nothing false.
    """
    gold = drawn(np.flatnonzero(tally.stand(State.GOLD)), MOST_LEARNED)
    labels = {place: tally.labels(place) for place in gold.tolist()}
    counts = Counter(label for each in labels.values() for label in each)
    usual = {label for label, count in counts.items() if count >= _FEWEST_OF_A_LABEL}
    if tally.dataset.kind is DatasetKind.MULTI:
        return {n: tuple(sorted(usual.intersection(each))) for n, each in labels.items()}
    return {n: each for n, each in labels.items() if usual.issuperset(each) and each}


def _place(tally: Tally, number: int) -> int:
    place = tally.place(number)
    assert place is not None, "it was read by its place"
    return place
