"""One-coin Dawid-Skene: who is reliable follows from who agrees, and what is right from both. Pure.

Three people on a text say much about each other. Two who agree would only confirm each other, so
their texts are weighed by what is known of them from elsewhere.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from handlers.learning.reliability import Floats, Reliability, weights

Example = TypeVar("Example", bound=Hashable)
Answer = TypeVar("Answer", bound=Hashable)
Numbers = npt.NDArray[np.int64]

ROUNDS = 20
TELLING_VOTES = 3
"""On a text with so many votes, each of them says something about whoever gave it."""
_CLOSE = 1e-4


def posteriors(
    examples: Sequence[Example],
    users: Sequence[str],
    answers: Sequence[Answer],
    shares: Sequence[float],
    priors: Mapping[str, Reliability],
    possible: int,
    rounds: int = ROUNDS,
) -> dict[tuple[Example, Answer], float]:
    """Return how probable each given answer of each example is; the vectors have one row a vote.

    An answer that nobody gave has the rest of the probability, evenly among the `possible`. A
    vote's share is how much of it counts.
    """
    if not examples:
        return {}
    pairs, pair = _numbered(list(zip(examples, answers, strict=True)))
    _, example_of_pair = _numbered([example for example, _ in pairs])
    people, user = _numbered(users)
    share = np.asarray(shares, np.float64)
    believed = np.array([(priors[one].right, priors[one].wrong) for one in people])
    votes_on = np.bincount(example_of_pair[pair])
    unsaid = np.maximum(possible - np.bincount(example_of_pair), 0)
    telling = share * (votes_on[example_of_pair[pair]] >= TELLING_VOTES)
    right, known = believed[:, 0][user], believed.sum(axis=1)[user]
    counted = known + np.bincount(user, telling)[user] - telling
    accuracy = right / known
    for _ in range(rounds + 1):
        score = np.bincount(pair, weights(accuracy, possible) * share).astype(np.float64)
        probable = _softmax(score, example_of_pair, unsaid)
        agreed = probable[pair] * telling
        before = accuracy
        # What somebody is believed on a text comes from all the others: none confirms itself.
        accuracy = (right + np.bincount(user, agreed)[user] - agreed) / counted
        if np.abs(accuracy - before).max() < _CLOSE:
            break
    return dict(zip(pairs, probable.tolist(), strict=True))


def _numbered(values: Sequence[Example]) -> tuple[list[Example], Numbers]:
    """The different values in their order, and which of them stands in each row."""
    numbers: dict[Example, int] = {}
    rows = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), np.array(rows, np.int64)


def _softmax(score: Floats, example: Numbers, unsaid: Numbers) -> Floats:
    """Within each example; each answer that nobody gave has a score of nought."""
    highest = np.zeros(len(unsaid))
    np.maximum.at(highest, example, score)
    odds = np.exp(score - highest[example])
    total = np.bincount(example, odds) + unsaid * np.exp(-highest)
    probable: Floats = odds / total[example]
    return probable
