"""How often somebody is right, and so how far their word counts. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handlers.learning.votes.columns import Floats

_SURELY = 0.99
_JUMP_PROBABILITY = 0.001
_RECENT, _FEWEST_RECENT = 20, 10


@dataclass(frozen=True, slots=True)
class Reliability:
    """A Beta distribution: as if so many of their answers had been right, and so many wrong."""

    right: float
    wrong: float

    @property
    def answers(self) -> float:
        """As if so many had been given."""
        return self.right + self.wrong

    @property
    def accuracy(self) -> float:
        """How probable it is that their next answer is right."""
        return self.right / (self.right + self.wrong)


MEMBER = Reliability(2.8, 1.2)
MODERATOR = Reliability(9.0, 1.0)


def weights(accuracy: Floats, answers: int) -> Floats:
    """Return by how much votes make their answers likelier than each other one: the log-odds.

    Whoever is right as often as a guess, or less, weighs nothing: their word is no evidence
    against what they said, or they could steer by saying the opposite.
    """
    wrongly = max(answers - 1, 1)
    surely = np.clip(accuracy, 1 / (wrongly + 1), _SURELY)
    found: Floats = np.log(surely * wrongly / (1 - surely))
    return found


def has_jumped(agreed: Sequence[bool]) -> bool:
    """Whether somebody suddenly disagrees with the others more than they ever did.

    `agreed` has their votes in order. The last of them are compared with all before: a chance of
    less than one in a thousand to disagree so often, at the rate of before, is told.
    """
    before, last = agreed[:-_RECENT], agreed[-_RECENT:]
    if len(before) < _FEWEST_RECENT or len(last) < _FEWEST_RECENT:
        return False
    rate = (before.count(False) + 1) / (len(before) + 2)
    return _at_least(last.count(False), len(last), rate) < _JUMP_PROBABILITY


def _at_least(count: int, total: int, rate: float) -> float:
    """The probability of so many or more."""
    return math.fsum(
        math.comb(total, n) * rate**n * (1 - rate) ** (total - n) for n in range(count, total + 1)
    )
