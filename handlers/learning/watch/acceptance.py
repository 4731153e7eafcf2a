"""How often people accept the answers of a model, and whether that has fallen. Pure.

A CUSUM (Page, 1954): each judgement adds how much likelier it is if the share of accepted answers
has fallen by `FALL` than if it has not, and the sum never goes below nought. Where it exceeds a
bound, the share has fallen. The bounds are chosen by simulation: docs/figures/learning.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FALL = 0.15
"""Such a fall is looked for; a larger one is seen earlier, a smaller one later or never."""
TOLD_BOUND = 5.0
"""Without any fall it is exceeded once in 2,800 to 4,100 judgements."""
ROLLBACK_BOUND = 6.0
ROLLBACK_WITHIN = 200
"""Judgements after a promotion: what falls later has other reasons than the version."""
FEWEST_FORMER = 50
"""Judgements of the former version that it takes to say what is usual."""
_MOST_FORMER = 500
_PRIOR_RIGHT, _PRIOR_WRONG = 8.0, 2.0
_LEAST, _MOST = 0.3, 0.97


@dataclass(frozen=True, slots=True)
class Judged:
    """What somebody said of an answer."""

    user: str
    is_right: bool
    weight: float = 1.0
    """How far their word counts, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A share of accepted answers that has fallen."""

    usual: float
    """What it was, carefully."""
    now: float
    """Since it began to fall."""
    judgements: int
    """Since then."""


def usual_share(former: Sequence[Judged]) -> float:
    """Return what share of answers people accepted before, less one standard error.

    Few judgements say little: they are taken as if ten more had come before, eight of them right.
    """
    known = former[-_MOST_FORMER:]
    right = _PRIOR_RIGHT + sum(one.weight for one in known if one.is_right)
    total = _PRIOR_RIGHT + _PRIOR_WRONG + sum(one.weight for one in known)
    share = right / total
    return min(_MOST, max(_LEAST, share - math.sqrt(share * (1 - share) / total)))


def fall_of(judged: Sequence[Judged], usual: float, bound: float = TOLD_BOUND) -> Fall | None:
    """Return how far the share has fallen, if it has whoever is left out.

    One person who presses *Wrong* on everything moves no bound: without them it is not exceeded.

    Args:
        judged: in the order of time.
        usual: the share of before.
        bound: what the sum has to exceed.
    """
    begun = _exceeds(judged, usual, bound)
    if begun is None:
        return None
    people = {one.user for one in judged[begun:] if not one.is_right}
    for user in people:
        if _exceeds([one for one in judged if one.user != user], usual, bound) is None:
            return None
    since = judged[begun:]
    total = sum(one.weight for one in since)
    now = sum(one.weight for one in since if one.is_right) / total
    return Fall(usual, now, len(since))


def steps(usual: float) -> Mapping[bool, float]:
    """Return what an accepted answer adds to the sum, and what another one does."""
    fallen = usual - FALL
    return {True: math.log(fallen / usual), False: math.log((1 - fallen) / (1 - usual))}


def _exceeds(judged: Sequence[Judged], usual: float, bound: float) -> int | None:
    """Return where the sum last left nought, if at the end it is above the bound."""
    step = steps(usual)
    total, begun = 0.0, 0
    for place, one in enumerate(judged):
        if total == 0.0:
            begun = place
        total = max(0.0, total + one.weight * step[one.is_right])
    return begun if total > bound else None
