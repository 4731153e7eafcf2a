"""Krippendorff's alpha: how far people agree beyond chance, for names that have no order. Pure.

1 is perfect, 0 is what chance would give. Its bounds come from drawing the texts anew, with a
fixed seed, so that who looks twice sees the same.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_DRAWS = 200
_MOST_ITEMS = 5_000
"""Drawn from where there are more: the bounds would hardly be others."""
_SEED = 20261128
_BOUNDS = (2.5, 97.5)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Alpha:
    """Agreement over so many texts that two people or more have labelled."""

    value: float
    low: float
    high: float
    items: int


def alpha(said: Iterable[Sequence[Hashable]]) -> Alpha | None:
    """Return the agreement of what was said of each text; None where nobody could disagree.

    Either no text has two votes, or all of them say the same.
    """
    items = [values for values in said if len(values) > 1]
    counts = _counts(items)
    value = _alpha(counts) if items else None
    if value is None:
        return None
    draws = np.random.default_rng(_SEED)
    size = min(len(items), _MOST_ITEMS)
    drawn = [_alpha(counts[draws.integers(0, len(items), size)]) for _ in range(_DRAWS)]
    known = [one for one in drawn if one is not None]
    low, high = np.percentile(known, _BOUNDS) if known else (value, value)
    return Alpha(value, float(low), float(high), len(items))


def _counts(items: Sequence[Sequence[Hashable]]) -> Floats:
    """How often each text was called what: a row a text, a column a value."""
    places: dict[Hashable, int] = {}
    for values in items:
        for value in values:
            places.setdefault(value, len(places))
    counts = np.zeros((len(items), len(places)))
    for row, values in enumerate(items):
        for value in values:
            counts[row, places[value]] += 1
    return counts


def _alpha(counts: Floats) -> float | None:
    people = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (people - 1)
    total, by_value = people.sum(), counts.sum(axis=0)
    by_chance = (by_value * (by_value - 1)).sum() / (total - 1)
    if by_chance >= total:
        return None
    return float(1 - (total - agreeing.sum()) / (total - by_chance))
