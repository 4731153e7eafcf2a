"""Cutting the train side: what is learned from, and what only measures meanwhile."""

import random
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.finetune.plan import Example, TrainingPlan

_TWO = 2
FEWEST_MEASURED = 50
"""From fewer rows nothing is cut off: all of them are needed to learn from."""
_TENTH = 10


def parts_of(labels: Sequence[int], count: int, seed: int) -> list[NDArray[np.int64]]:
    """Cut rows into parts that have of each label the same number, or one more.

    There are none where a part holds all rows of all labels but one: nothing could be learned
    without it.
    """
    places = list(range(len(labels)))
    random.Random(seed).shuffle(places)  # noqa: S311
    places.sort(key=lambda place: labels[place])
    dealt = [np.array(sorted(places[first::count]), np.int64) for first in range(count)]
    parts = [part for part in dealt if len(part)]
    everything = np.array(labels)
    for part in parts:
        if len(set(np.delete(everything, part).tolist())) < _TWO:
            return []
    return parts


def without_part(
    plan: TrainingPlan, count: int = _TENTH
) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Return what is learned from and, of enough rows, one of so many parts that measures."""
    measuring = set(places_without_part(plan, count))
    learned = (row for place, row in enumerate(plan.train) if place not in measuring)
    return tuple(learned), tuple(plan.train[place] for place in sorted(measuring))


def places_without_part(plan: TrainingPlan, count: int) -> Sequence[int]:
    """Return the places in `train` of the rows that only measure, in their order."""
    if len(plan.train) < FEWEST_MEASURED:
        return ()
    labels = _classes(plan)
    parts = parts_of(labels, count, plan.seed)
    if not parts:
        return ()
    found: list[int] = parts[0].tolist()
    others = set(range(len(labels))) - set(found)
    # A label whose only row is in the part could not be learned.
    return found if _labels(plan, others) == _labels(plan, range(len(labels))) else ()


def _classes(plan: TrainingPlan) -> Sequence[int]:
    """Of what each part has its share: labels; where several may hold, sets of them."""
    known: dict[tuple[int, ...], int] = {}
    return [known.setdefault(example.labels, len(known)) for example in plan.train]


def _labels(plan: TrainingPlan, places: Iterable[int]) -> set[int]:
    return {label for place in places for label in plan.train[place].labels}
