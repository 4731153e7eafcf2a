"""McNemar's test: of the items that only one of two models gets right, how many has each? Pure.

Where two models are equally good, each of these items is a toss of a coin. The probabilities are
exact and mid-p: half of the outcome that was observed counts (Fagerland, Lydersen, Laake, 2013).
"""

import math
from statistics import NormalDist

LEVEL = 0.05
"""How often a model that is as good as the other may pass for better."""
_POWER = 0.8
_LEVELS = (LEVEL, 0.0294, 0.0221, 0.0182, 0.0158)
"""Of each look, where there are one to five in all: Pocock, 1977, of a test of two sides.

For one side they are a little strict (.048 instead of .05), by about as much as mid-p is not.
"""
MOST_LOOKS = len(_LEVELS)
_HALVINGS = 40


def level_of(looks: int) -> float:
    """Return the level of each look, so that all together keep to `LEVEL`."""
    if not 1 <= looks <= MOST_LOOKS:
        raise ValueError(f"from 1 to {MOST_LOOKS} looks have a level")
    return _LEVELS[looks - 1]


def mid_p(wins: int, losses: int, share: float = 0.5) -> float:
    """Return how probable so many wins or more are, if `share` of the items are won."""
    from scipy.special import bdtrc  # noqa: PLC0415 - late

    decided = wins + losses
    more, as_many = bdtrc(wins, decided, share), bdtrc(wins - 1, decided, share)
    return float(more + as_many) / 2


def share_at_least(wins: int, losses: int, level: float = LEVEL) -> float:
    """Return the lower bound of the share of items that are won: `mid_p` is `level` there."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if mid_p(wins, losses, middle) < level else (low, middle)
    return low


def decided_needed(share: float, level: float = LEVEL) -> int:
    """Return how many items it takes to tell models of which one wins this share (Noether, 1987).

    Only items on which exactly one is right count.
    """
    normal = NormalDist()
    z = normal.inv_cdf(1 - level) + normal.inv_cdf(_POWER)
    return math.ceil((z / (2 * share - 1)) ** 2)
