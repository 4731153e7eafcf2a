"""Whether people ask a model other things than before. Pure.

What it answered first is compared with what it answers now: which labels (the population stability
index), how sure it was (Kolmogorov and Smirnov's distance of the margins), and how much of the
texts nothing that it learned from has.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.learning.near_duplicates import grams_of, words_of
from handlers.learning.votes.columns import Floats

WINDOW = 200
"""Answers on each side."""
PSI_BOUND = 0.25
"""By this credit scorers call a population another (Siddiqi, 2006)."""
DISTANCE_BOUND = 0.15
UNKNOWN_BOUND = 0.1
"""So much more of a text nobody knows."""
_CHANCE = 0.001
"""So seldom chance alone goes as far, in each comparison."""
_LEAST_SHARE = 1e-3


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of a model, without its text."""

    label: str
    margin: float
    """How much likelier the label was than the next one."""
    unknown: float | None = None
    """The share of its groups of three characters that nothing learned from has; None: unknown."""


def psi(before: Sequence[str], now: Sequence[str]) -> float:
    """Return the population stability index of two lists of labels."""
    labels = {*before, *now}
    old, new = _shares(before, labels), _shares(now, labels)
    return sum((new[one] - old[one]) * math.log(new[one] / old[one]) for one in labels)


def labels_drifted(before: Sequence[Answered], now: Sequence[Answered]) -> float | None:
    """Return the index if it is above the bound, and above what chance does.

    Without drift it is about chi-square times (1/n + 1/m) (Yurdakul, 2018).
    """
    from scipy.stats import chi2  # noqa: PLC0415 - late

    old, new = [one.label for one in before], [one.label for one in now]
    if not old or not new:
        return None
    found = psi(old, new)
    chance = chi2.isf(_CHANCE, max(1, len({*old, *new}) - 1)) * (1 / len(old) + 1 / len(new))
    return found if found > max(PSI_BOUND, chance) else None


def margins_drifted(before: Sequence[Answered], now: Sequence[Answered]) -> float | None:
    """Return how far the margins of then and now lie apart, if it is too far for chance."""
    old, new = ([one.margin for one in each] for each in (before, now))
    found = _apart(np.array(old), np.array(new))
    return found if found is not None and found > DISTANCE_BOUND else None


def unknown_grew(before: Sequence[Answered], now: Sequence[Answered]) -> float | None:
    """Return how much of a text is unknown now, if it is much more than then."""
    old = np.array([one.unknown for one in before if one.unknown is not None])
    new = np.array([one.unknown for one in now if one.unknown is not None])
    if _apart(old, new) is None or new.mean() - old.mean() <= UNKNOWN_BOUND:
        return None
    return float(new.mean())


def unknown_share(text: str, known: Collection[int]) -> float:
    """Return what share of a text's groups of three characters is none of the known ones."""
    grams = grams_in(text)
    return sum(gram not in known for gram in grams) / len(grams) if grams else 0.0


def grams_in(text: str) -> frozenset[int]:
    """Return a number for each group of three characters in a text."""
    return frozenset(grams_of("".join(words_of(text))).tolist())


def _shares(labels: Sequence[str], among: Collection[str]) -> dict[str, float]:
    counts = Counter(labels)
    return {one: max(counts[one] / len(labels), _LEAST_SHARE) for one in among}


def _apart(old: Floats, new: Floats) -> float | None:
    """Return Kolmogorov and Smirnov's distance, if chance hardly ever goes as far."""
    from scipy.stats import ks_2samp  # noqa: PLC0415 - late

    if not len(old) or not len(new):
        return None
    found = ks_2samp(old, new)
    return float(found.statistic) if found.pvalue < _CHANCE else None
