"""Krippendorff's alpha: how far people agree beyond chance, for names that have no order. Pure.

1 is perfect, 0 is what chance would give. Its bounds come from drawing the texts anew, with a
fixed seed, so that who looks twice sees the same.
"""

from dataclasses import dataclass

import numpy as np

from handlers.learning.columns import Floats, Numbers

_DRAWS = 200
_MOST_ITEMS = 5_000
"""Drawn from where there are more: the bounds would hardly be others."""
_SEED = 20261128
_BOUNDS = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Alpha:
    """Agreement over so many texts that two people or more have labelled."""

    value: float
    low: float
    high: float
    items: int


def alpha(text: Numbers, answer: Numbers) -> Alpha | None:
    """Return the agreement of votes, by the numbers of their texts and answers.

    None where nobody could disagree: no text has two votes, or all of them say the same.
    """
    counts = _Counts.of(text, answer)
    items = len(counts.people)
    value = counts.alpha(np.arange(items)) if items else None
    if value is None:
        return None
    draws, size = np.random.default_rng(_SEED), min(items, _MOST_ITEMS)
    drawn = [counts.alpha(draws.integers(0, items, size)) for _ in range(_DRAWS)]
    known = [one for one in drawn if one is not None]
    low, high = np.percentile(known, _BOUNDS) if known else (value, value)
    return Alpha(value, float(low), float(high), items)


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """How often each text was called what: only what somebody said takes room."""

    answer: Numbers
    """Of each thing said of a text, one text after the other."""
    times: Floats
    first: Numbers
    """Of each text that two people have labelled: where it begins."""
    different: Numbers
    """So many things were said of it."""
    people: Floats
    agreeing: Floats

    @classmethod
    def of(cls, text: Numbers, answer: Numbers) -> "_Counts":
        answers = int(answer.max(initial=0)) + 1
        said, times = np.unique(text * answers + answer, return_counts=True)
        _, first, different = np.unique(said // answers, return_index=True, return_counts=True)
        if not len(first):
            return cls(said, times.astype(float), first, different, np.zeros(0), np.zeros(0))
        people = np.add.reduceat(times, first).astype(float)
        pairs = np.add.reduceat(times * (times - 1), first).astype(float)
        several = people > 1
        agreeing = pairs[several] / (people[several] - 1)
        texts = (first[several], different[several], people[several], agreeing)
        return cls(said % answers, times.astype(float), *texts)

    def alpha(self, texts: Numbers) -> float | None:
        people, agreeing = self.people[texts].sum(), self.agreeing[texts].sum()
        different = self.different[texts]
        behind = np.cumsum(different) - different
        places = np.repeat(self.first[texts] - behind, different) + np.arange(different.sum())
        by_answer = np.bincount(self.answer[places], self.times[places])
        by_chance = (by_answer * (by_answer - 1)).sum() / (people - 1)
        if by_chance >= people:
            return None
        return float(1 - (people - agreeing) / (people - by_chance))
