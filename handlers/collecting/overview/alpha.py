"""Krippendorff's alpha: how far people agree beyond chance, on names without order or sets. Pure.

Sets of labels agree as far as MASI says (Passonneau, "Measuring Agreement on Set-valued Items",
2006): by what is common to both, and more where one holds the other.

1 is perfect, 0 is what chance would give. Its bounds come from drawing the texts anew, with a
fixed seed, so that who looks twice sees the same.
"""

from dataclasses import dataclass

import numpy as np

from handlers.learning.votes.columns import Flags, Floats, Numbers

FEWEST_COMPARED = 5
"""Of fewer texts nobody can tell how far people agree."""
_DRAWS = 200
_MOST_ITEMS = 5_000
"""Drawn from where there are more: the bounds would hardly be others."""
_SEED = 20261128
_BOUNDS = (2.5, 97.5)
_MOST_SETS = 2_000
"""Where people have chosen more, they agree or do not."""


@dataclass(frozen=True, slots=True)
class Alpha:
    """Agreement over so many texts that two people or more have labelled."""

    value: float
    low: float
    high: float
    items: int


def alpha(text: Numbers, answer: Numbers, names: Flags | None = None) -> Alpha | None:
    """Return the agreement of votes, by the numbers of their texts and answers.

    None where nobody could disagree: no text has two votes, or all of them say the same.

    Args:
        text: of each vote.
        answer: of each vote.
        names: a row an answer, a column a label: which it names, where answers are sets.
    """
    is_of_sets = names is not None and len(names) <= _MOST_SETS
    counts = _Counts.of(text, answer, masi(names) if names is not None and is_of_sets else None)
    items = len(counts.people)
    value = counts.alpha(np.arange(items)) if items else None
    if value is None:
        return None
    draws, size = np.random.default_rng(_SEED), min(items, _MOST_ITEMS)
    drawn = [counts.alpha(draws.integers(0, items, size)) for _ in range(_DRAWS)]
    known = [one for one in drawn if one is not None]
    low, high = np.percentile(known, _BOUNDS) if known else (value, value)
    return Alpha(value, float(low), float(high), items)


def masi(names: Flags) -> Floats:
    """Return how far each set of labels agrees with each other one, from 0 to 1."""
    whole = names.astype(np.float64)
    common, size = whole @ whole.T, whole.sum(axis=1)
    either = size[:, None] + size - common
    smaller, larger = np.minimum(size[:, None], size), np.maximum(size[:, None], size)
    jaccard = np.divide(common, either, out=np.ones_like(common), where=either > 0)
    is_within, is_same = common == smaller, common == larger
    found: Floats = jaccard * np.where(is_same, 1.0, np.where(is_within, 2 / 3, 1 / 3))
    return found


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
    likeness: Floats | None
    """Of each answer with each other one; None: only the same are alike."""

    @classmethod
    def of(cls, text: Numbers, answer: Numbers, likeness: Floats | None) -> "_Counts":
        answers = int(answer.max(initial=0)) + 1
        said, times = np.unique(text * answers + answer, return_counts=True)
        _, first, different = np.unique(said // answers, return_index=True, return_counts=True)
        if not len(first):
            nothing = np.zeros(0)
            return cls(said, times.astype(float), first, different, nothing, nothing, likeness)
        people = np.add.reduceat(times, first).astype(float)
        alike: Floats = (times * times).astype(float)
        if likeness is not None:
            alike = _alike(said % answers, times, first, different, likeness)
        pairs = np.add.reduceat(alike - times, first).astype(float)
        several = people > 1
        agreeing = pairs[several] / (people[several] - 1)
        texts = (first[several], different[several], people[several], agreeing)
        return cls(said % answers, times.astype(float), *texts, likeness)

    def alpha(self, texts: Numbers) -> float | None:
        people, agreeing = self.people[texts].sum(), self.agreeing[texts].sum()
        different = self.different[texts]
        behind = np.cumsum(different) - different
        places = np.repeat(self.first[texts] - behind, different) + np.arange(different.sum())
        by_answer: Floats = np.bincount(self.answer[places], self.times[places]).astype(float)
        alike = by_answer
        if self.likeness is not None:
            alike = self.likeness[: len(by_answer), : len(by_answer)] @ by_answer
        by_chance = (by_answer * alike - by_answer).sum() / (people - 1)
        if by_chance >= people:
            return None
        return float(1 - (people - agreeing) / (people - by_chance))


def _alike(
    answer: Numbers, times: Numbers, first: Numbers, different: Numbers, likeness: Floats
) -> Floats:
    """Return how far each thing said of a text agrees with all that is said of it."""
    others = np.repeat(different, different)
    one = np.repeat(np.arange(len(answer)), others)
    begins = np.cumsum(others) - others
    place = np.arange(len(one)) - np.repeat(begins, others)
    other = np.repeat(np.repeat(first, different), others) + place
    alike = times[one] * times[other] * likeness[answer[one], answer[other]]
    found: Floats = np.bincount(one, alike, len(answer)).astype(float)
    return found
