"""What more labels would be worth, read off a learning curve. Pure.

Errors fall with a power of the number of texts, so that each doubling gains a part of what the one
before it gained: about three quarters, at an exponent of .4 (they lie between .1 and .5: Hestness
et al., 2017, Deep Learning Scaling is Predictable, Empirically). How much is read off the last two
doublings together, since one of them is too rough. Nothing is told of more than twice the texts,
nor where the gain cannot be told from chance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

MOST_MORE = 200
_FEWEST_TEXTS = 100
"""From fewer texts the curve is too rough to be drawn on."""
_SURELY = 2.0
"""Standard errors."""
_POINTS = 3
"""Each of twice as many texts as the one before."""
_TWICE = (1.8, 2.2)
_SHRINKING = 0.75
_AHEAD = 1.5
"""Doublings from the middle of the last two to the middle of the next."""
_HARDLY = 0.01


class Point(Protocol):
    """One size on a curve."""

    @property
    def texts(self) -> int: ...
    @property
    def macro_f1(self) -> float: ...
    @property
    def error(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Worth:
    """What so many more labels would gain, in macro-F1 from 0 to 1; 0: hardly anything."""

    more: int
    gain: float


def worth(points: Sequence[Point]) -> Worth | None:
    """Return what more labels would be worth; None where that cannot be told honestly."""
    last = points[-_POINTS:]
    if len(last) < _POINTS or last[-1].texts < _FEWEST_TEXTS:
        return None
    steps = [after.texts / before.texts for before, after in pairwise(last)]
    if not all(_TWICE[0] <= step <= _TWICE[1] for step in steps):
        return None
    gained = (last[-1].macro_f1 - last[0].macro_f1) / 2
    chance = _SURELY * math.hypot(last[-1].error, last[0].error) / 2
    more = min(MOST_MORE, last[-1].texts)
    if gained > chance:
        doubling = gained * _SHRINKING**_AHEAD
        return Worth(more, doubling * math.log2(1 + more / last[-1].texts))
    return Worth(more, 0.0) if abs(gained) + chance <= _HARDLY else None
