"""A model of a dataset's own, as long as none has been trained: it learns from what is gold so far.

It sees each text by its characters, and by what a bundled body makes of it: the body knows words
that no label has named yet, and the characters know what the body mixes up.
"""

import random
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from handlers.labelling.snapshot import Probabilities
from handlers.learning.columns import Numbers
from handlers.learning.consensus import State
from handlers.learning.tally import Tally
from handlers.services import Services
from models.errors import ModelError
from models.tasks.embedding import TextToEmbed

BODIES = ("meaning", "fillmask")
"""The first that there is."""
MOST_LEARNED = 2_000
FEWEST_LEARNED = 20
"""Gold texts before which nothing can be told."""
_FEWEST_OF_A_LABEL = 2
_REVIEWED, _UNLIKELY = 0.05, 0.3
"""So many gold texts are shown once more, if their label is as unlikely as that."""
_MOST_VECTORS = 10_000
"""About a thousand bytes each."""

Vector = npt.NDArray[np.float32]


class Vectors:
    """What a body makes of texts, of which the last ones are remembered."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Vector] = OrderedDict()

    async def of(
        self, services: Services, community: str, texts: Mapping[int, str]
    ) -> Sequence[Vector] | None:
        """Return a vector for each text; None where no body can be asked.

        One text after another: whoever else asks has the next turn.
        """
        name = next((one for one in BODIES if one in services.models.names()), None)
        if name is None:
            return None
        try:
            body = services.models.find(name)
            for number, text in texts.items():
                if number not in self._known:
                    asker = f"queue of {community}"
                    told = await services.models.ask(body, TextToEmbed(text), asker)
                    self._known[number] = np.array(told.values, np.float32)
        except ModelError:
            return None
        found = [self._known[number] for number in texts]
        while len(self._known) > _MOST_VECTORS:
            self._known.popitem(last=False)
        return found


async def provisional(
    services: Services, tally: Tally, places: Numbers, vectors: Vectors
) -> tuple[Probabilities, Mapping[int, float]]:
    """Return how probable labels are, by the numbers of texts; of none, if it is too early.

    Each label for the texts at some places, and the label that it has for each gold text.

    Args:
        services: what there is.
        tally: of the dataset.
        places: of the texts that are asked about.
        vectors: what is known of texts already.
    """
    labels = _gold(tally)
    if len(labels) < FEWEST_LEARNED or len(set(labels.values())) < 2:  # noqa: PLR2004
        return {}, {}
    learned = await texts_at(services, tally, np.array(list(labels)))
    asked = await texts_at(services, tally, places)
    seen = await vectors.of(services, tally.dataset.community, {**learned, **asked})
    given = [labels[_place(tally, number)] for number in learned]
    rows = None if seen is None else np.array(seen)
    told = await services.models.guess(list(learned.values()), given, list(asked.values()), rows)
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


def _gold(tally: Tally) -> Mapping[int, str]:
    """The labels of gold texts by their places, but for what is too rare to be learned."""
    gold = drawn(np.flatnonzero(tally.stand(State.GOLD)), MOST_LEARNED)
    labels = {place: label for place in gold.tolist() for label in tally.labels(place)[:1]}
    counts = Counter(labels.values())
    return {n: label for n, label in labels.items() if counts[label] >= _FEWEST_OF_A_LABEL}


def _place(tally: Tally, number: int) -> int:
    place = tally.place(number)
    assert place is not None, "it was read by its place"
    return place
